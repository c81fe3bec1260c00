import { channelOfFollowers, channelOfPage, type Ktag, byId as ktagById, primaryOf } from '#domain/tags'
import type { Unit, View } from '#kit/unit'
import { CallShown } from './events.ts'
import type { Call } from './model.ts'

/** An open call that has begun is there for those who follow its host, or is as it was not before. */
export async function show(unit: Unit, call: Call): Promise<void> {
  await tell(unit, call, true)
}

/** A call that was open is over, or closed: it is not shown any more. */
export async function conceal(unit: Unit, call: Call): Promise<void> {
  await tell(unit, call, false)
}

async function tell(unit: Unit, call: Call, isLive: boolean): Promise<void> {
  if (call.startedAt === null) return
  for (const { id, visibility } of await tagsOf(unit, call)) {
    const page = visibility === 'public' ? [channelOfPage(id)] : []
    unit.emit(CallShown, { call_id: call.id, ktag_id: id, is_live: isLive }, [channelOfFollowers(id), ...page])
  }
}

/** Where a call is shown while it is open: at its host's primary tag, and at the tag of theirs that it is on. */
async function tagsOf(view: View, { hostId, ktagId }: Call): Promise<readonly Ktag[]> {
  const primary = await primaryOf(view, hostId)
  const own = ktagId === null || ktagId === primary?.id ? null : await ktagById(view, ktagId)
  return [primary, own?.ownerId === hostId ? own : null].filter((ktag) => ktag !== null)
}
