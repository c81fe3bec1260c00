import * as accounts from '#domain/accounts'
import * as calls from '#domain/calls'
import * as inbox from '#domain/inbox'
import * as statuses from '#domain/statuses'
import * as tags from '#domain/tags'
import { oncePerView } from '#kit/live'
import { gone } from './frames.ts'

/*
 * What events are about, as it is now; read once for all that are told together. Null for what is gone by then.
 */

/** A call with those on it. */
export const callById = oncePerView((view, id) => gone(calls.byId(view, id)))
/** A tag. */
export const ktagById = oncePerView(tags.byId)
/** A status. */
export const statusById = oncePerView((view, id) => gone(statuses.byId(view, id)))
/** A person. */
export const userById = oncePerView(accounts.byId)
/** What a person has not read. */
export const unreadCountOf = oncePerView(inbox.unreadCount)
