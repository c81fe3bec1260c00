import type { User } from '#domain/accounts'
import { type MediaFile, usedBy } from '#domain/media'
import type { Ktag } from '#domain/tags'
import type { Page, PageRequest } from '#kit/page'
import type { View } from '#kit/unit'
import * as feedStore from './feed-store.ts'
import { type Status, USE } from './model.ts'
import * as store from './store.ts'

/** The photos and sounds that go with some statuses, by the statuses' ids. */
export async function mediaOf(view: View, statuses: readonly Status[]): Promise<ReadonlyMap<string, MediaFile>> {
  const ids = statuses.filter(({ fileId }) => fileId !== null).map(({ id }) => id)
  return ids.length === 0 ? new Map() : usedBy(view, USE, ids)
}

/** Which statuses of a list are wanted. */
export interface Filter {
  readonly ktagId?: string | undefined
}

/**
 * What others say on the tags that somebody follows, newest first. People whom they have blocked and people who are
 * suspended are left out, with the tags that are theirs.
 */
export async function feed(view: View, viewer: User, filter: Filter, request: PageRequest): Promise<Page<Status>> {
  return feedStore.list(view, viewer, filter.ktagId ?? null, request)
}

/** What somebody has posted on any tag, newest first. */
export async function own(view: View, author: User, filter: Filter, request: PageRequest): Promise<Page<Status>> {
  return store.listOfAuthor(view, author.id, filter.ktagId ?? null, request)
}

/**
 * What is said on one tag, newest first, to a viewer who may see the tag; null is somebody without an account. People
 * whom the viewer has blocked and people who are suspended are left out.
 */
export async function ofTag(
  view: View,
  viewer: User | null,
  ktag: Pick<Ktag, 'id'>,
  request: PageRequest,
): Promise<Page<Status>> {
  return store.listOfTag(view, viewer, ktag.id, request)
}
