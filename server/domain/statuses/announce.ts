import * as tags from '#domain/tags'
import type { Unit } from '#kit/unit'
import { StatusChanged } from './events.ts'
import type { Status } from './model.ts'

/** Tell the author, those who follow the tag, and those at its page while it is public. */
export async function announce(
  unit: Unit,
  { id, ktagId, authorId }: Status,
  change: 'created' | 'updated' | 'deleted',
): Promise<void> {
  const isOpen = (await tags.byId(unit, ktagId))?.visibility === 'public'
  const page = isOpen ? [tags.channelOfPage(ktagId)] : []
  const facts = { status_id: id, ktag_id: ktagId, author_id: authorId, change }
  unit.emit(StatusChanged, facts, [`user:${authorId}`, tags.channelOfFollowers(ktagId), ...page])
}
