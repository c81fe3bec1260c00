import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A tag has come to be, is different now, or is gone. */
export const KtagChanged = defineEvent(
  'ktag.changed',
  z.object({ ktag_id: z.string(), owner_id: z.string(), change: z.enum(['created', 'updated', 'deleted']) }),
)

/** Somebody follows a tag from here on, follows it otherwise than before, or no longer. */
export const FollowChanged = defineEvent(
  'follow.changed',
  z.object({ ktag_id: z.string(), follower_id: z.string(), change: z.enum(['created', 'updated', 'deleted']) }),
)

/** A tag has gained or lost a follower; the number is how many it had after that. */
export const FollowersChanged = defineEvent(
  'ktag.followers_changed',
  z.object({
    ktag_id: z.string(),
    follower_id: z.string(),
    change: z.enum(['added', 'removed']),
    follower_count: z.number().int(),
  }),
)

/** A tag has gained or lost a follower who has a phone and no account. */
export const PhoneFollowersChanged = defineEvent(
  'ktag.phone_followers_changed',
  z.object({ ktag_id: z.string(), change: z.enum(['added', 'removed']), follower_count: z.number().int() }),
)

/** The search does not find a tag any more on account of reports, or finds it again. */
export const KtagHidden = defineEvent(
  'ktag.hidden',
  z.object({ ktag_id: z.string(), owner_id: z.string(), is_hidden: z.boolean(), is_texted: z.boolean() }),
)

/** Where those who follow a tag hear of it. */
export function channelOfFollowers(ktagId: string): string {
  return `tag:${ktagId}`
}

/** Where those hear of a public tag who only look at its page. */
export function channelOfPage(ktagId: string): string {
  return `ktag:${ktagId}`
}
