import { type User, byId as userById } from '#domain/accounts'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import * as feeds from './feed-store.ts'
import type { CalendarEvent } from './model.ts'
import * as store from './store.ts'

const SEAL = 'calendar feed'

/** Under which address others than the app read somebody's calendar; whoever has it can. */
export interface FeedAddress {
  /** Null while there is none. */
  readonly url: string | null
  readonly createdAt: Date | null
}

/** The address of somebody's calendar. */
export async function feedOf(view: View, owner: Pick<User, 'id'>): Promise<FeedAddress> {
  const feed = await feeds.find(view, owner.id)
  const key = feed && view.site.keys.open(SEAL, feed.keySealed)
  return feed && key !== null ? { url: urlOf(view, key), createdAt: feed.createdAt } : { url: null, createdAt: null }
}

/** Give somebody's calendar an address; one that it had leads nowhere from here on. */
export async function openFeed(unit: Unit, owner: Pick<User, 'id'>): Promise<FeedAddress> {
  const key = newToken()
  await feeds.put(unit, owner.id, fingerprint(key), unit.site.keys.seal(SEAL, key))
  return { url: urlOf(unit, key), createdAt: unit.now }
}

/** Take the address away. */
export async function closeFeed(unit: Unit, owner: Pick<User, 'id'>): Promise<void> {
  await feeds.remove(unit, owner.id)
}

/** Everything in the calendar that a key belongs to; null when it is none, or its owner is suspended. */
export async function readFeed(view: View, key: string): Promise<readonly CalendarEvent[] | null> {
  const feed = await feeds.findByKey(view, fingerprint(key))
  const owner = feed && (await userById(view, feed.ownerId))
  if (!owner || owner.suspendedAt !== null) return null
  return store.listAll(view, owner.id)
}

function urlOf(view: View, key: string): string {
  return `${view.site.publicUrl}/calendar/${key}.ics`
}
