import { release } from '#domain/media'
import type { Database, Unit, View } from '#kit/unit'
import { announce } from './announce.ts'
import { deliveries } from './delivery.ts'
import { stop } from './fanout.ts'
import { type Status, USE } from './model.ts'
import * as store from './store.ts'

const CLEARED_AT_ONCE = 100

/** Clear away the statuses of tags that have been deleted, some in a unit; nobody is shown them any more. */
export async function clearWithoutKtag(database: Database): Promise<void> {
  for (;;) {
    const cleared = await database.write(async (unit) => {
      const ids = await store.lockWithoutKtag(unit, CLEARED_AT_ONCE)
      for (const id of ids) await letGo(unit, id)
      await store.removeAll(unit, ids)
      return ids.length
    })
    if (cleared < CLEARED_AT_ONCE) return
  }
}

/** Everything that a person has said is gone, and what has not been texted of it will not be. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  const said = await store.lockOfAuthor(unit, userId)
  for (const status of said) {
    await announce(unit, status, 'deleted')
    await letGo(unit, status.id)
  }
  await store.removeAll(
    unit,
    said.map(({ id }) => id),
  )
}

/** What has not been texted of a status will not be, and nobody needs its photo or sound. */
async function letGo(unit: Unit, id: string): Promise<void> {
  await stop(unit, id)
  await release(unit, USE, id)
}

/** Everything that a person has said, oldest first, as plain data. */
export async function portable(view: View, userId: string): Promise<readonly object[]> {
  const said = await store.listAllOfAuthor(view, userId)
  const told = await deliveries(
    view,
    said.map(({ id }) => id),
  )
  return said.map((status: Status) => ({
    id: status.id,
    ktag_id: status.ktagId,
    body: status.body,
    via: status.via,
    file_id: status.fileId,
    edited_at: status.editedAt?.toISOString() ?? null,
    created_at: status.createdAt.toISOString(),
    delivery: told.get(status.id) ?? null,
  }))
}
