import { hold, type User } from '#domain/accounts'
import * as media from '#domain/media'
import * as tags from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { announce } from './announce.ts'
import { begin, stop } from './fanout.ts'
import { EditWindowClosed, StatusNotFound } from './faults.ts'
import { type NewStatus, RULES, type Status, USE } from './model.ts'
import { tagToPostOn } from './policy.ts'
import * as store from './store.ts'

/**
 * Say something on a tag, and have those who follow it texted. Throws `KtagNotFound`, `NotKtagOwner`,
 * `PostingNotAllowed`, `PlanLimitReached` when the texts do not fit into the author's month, and `FileNotFound`.
 */
export async function post(unit: Unit, author: User, wanted: NewStatus): Promise<Status> {
  const { body, ktagId, via = 'app', fileId = null, textsFollowers = true } = wanted
  await hold(unit, author.id)
  const ktag = await tagToPostOn(unit, author, ktagId)
  const status = await store.insert(unit, {
    id: newId(),
    ktagId: ktag.id,
    authorId: author.id,
    body,
    via,
    fileId,
  })
  if (fileId !== null) await media.attach(unit, fileId, { use: USE, subjectId: status.id, ktagId: ktag.id })
  await announce(unit, status, 'created')
  if (textsFollowers) await begin(unit, author, ktag, status)
  return status
}

/**
 * Change the words of one's own status within a day of posting it. Whoever was texted the old ones is not texted again.
 * Throws `StatusNotFound`, `EditWindowClosed`.
 */
export async function edit(unit: Unit, author: User, id: string, body: string): Promise<Status> {
  const status = await store.lock(unit, id)
  if (status?.authorId !== author.id) throw StatusNotFound()
  if (secondsAfter(status.createdAt, RULES.editSeconds) <= unit.now) throw EditWindowClosed()
  const edited = await store.setBody(unit, id, body)
  await announce(unit, edited, 'updated')
  return edited
}

/**
 * Take back a status of one's own, or one that somebody else has posted on one's tag; what has not been texted of it will
 * not be. Throws `StatusNotFound`.
 */
export async function remove(unit: Unit, remover: User, id: string): Promise<void> {
  const status = await store.lock(unit, id)
  if (!status || !(await mayRemove(unit, remover, status))) throw StatusNotFound()
  await announce(unit, status, 'deleted')
  await stop(unit, id)
  await media.release(unit, USE, id)
  await store.remove(unit, id)
}

/** A status as somebody sees it: their own, or one that is there for them. Throws `StatusNotFound`. */
export async function get(view: View, viewer: User, id: string): Promise<Status> {
  const status = await store.findSeen(view, viewer, id)
  const isShown = status?.authorId === viewer.id || (status && (await isTagShown(view, viewer, status)))
  if (!status || !isShown) throw StatusNotFound()
  return status
}

/** The status with this id, for whoever has a right to it already. Throws `StatusNotFound`. */
export async function byId(view: View, id: string): Promise<Status> {
  const status = await store.find(view, id)
  if (!status) throw StatusNotFound()
  return status
}

async function mayRemove(view: View, { id }: User, { authorId, ktagId }: Status): Promise<boolean> {
  return authorId === id || (await tags.byId(view, ktagId))?.ownerId === id
}

async function isTagShown(view: View, viewer: User, { ktagId }: Status): Promise<boolean> {
  return tags.get(view, viewer, ktagId).then(
    ({ ktag }) => !viewer.settings.blocked.includes(ktag.ownerId),
    () => false,
  )
}
