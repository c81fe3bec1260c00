import { byId as userById } from '#domain/accounts'
import { queue } from '#domain/texts'
import type { Unit } from '#kit/unit'
import { channelOfFollowers, KtagChanged, KtagHidden } from './events.ts'
import type { Ktag } from './model.ts'
import * as store from './store.ts'

/**
 * Keep a public tag out of the search while reports about it are looked into; its page and its followers stay. Its owner
 * is told. False when it is hidden already, private, or gone.
 */
export async function hide(unit: Unit, id: string): Promise<boolean> {
  const ktag = await store.lock(unit, id)
  if (ktag?.visibility !== 'public' || ktag.hiddenAt !== null) return false
  await store.setHidden(unit, id, true)
  await tell(unit, ktag, true)
  return true
}

/** Let the search find a tag again. Its owner is told. False when it was not hidden, or is gone. */
export async function unhide(unit: Unit, id: string): Promise<boolean> {
  const ktag = await store.lock(unit, id)
  if (!ktag || ktag.hiddenAt === null) return false
  await store.setHidden(unit, id, false)
  await tell(unit, ktag, false)
  return true
}

/** The news of a tag in a sentence or two. */
export function hidingNews(name: string, isHidden: boolean): string {
  return isHidden
    ? `The search does not find *${name} for now: several people have reported it, and we are looking into it. Its page and its followers stay.`
    : `We have looked into the reports about *${name}: the search finds it again.`
}

/** By text where that is possible; otherwise the event leads to a letter. */
async function tell(unit: Unit, { id, ownerId, name }: Ktag, isHidden: boolean): Promise<void> {
  const owner = await userById(unit, ownerId)
  const body = hidingNews(name, isHidden)
  const isTexted =
    owner?.mobile != null && owner.mobileVerifiedAt !== null
      ? (await queue(unit, { phone: owner.mobile, body, purpose: 'moderation' })) !== null
      : false
  unit.emit(KtagHidden, { ktag_id: id, owner_id: ownerId, is_hidden: isHidden, is_texted: isTexted }, [])
  unit.emit(KtagChanged, { ktag_id: id, owner_id: ownerId, change: 'updated' }, [
    `user:${ownerId}`,
    channelOfFollowers(id),
  ])
}
