import { z } from 'zod'
import type { User } from '#domain/accounts'
import { byIds as usersByIds } from '#domain/accounts'
import { maskPhone } from '#domain/phones'
import type { Profile } from '#domain/profiles'
import { ofTag } from '#domain/statuses'
import { type Follower, primariesOf } from '#domain/tags'
import type { PageRequest } from '#kit/page'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { KtagSchema, presentKtag } from './ktag.ts'
import { CallSummarySchema, presentLiveCall } from './ktag-page.ts'
import { PersonSchema, presentPerson } from './person.ts'
import { presentStatusPage, StatusListSchema } from './status.ts'

/** What everybody may see of a public tag. */
export const ProfileSchema = z
  .object({
    ktag: KtagSchema,
    owner: z.object({ name: z.string(), avatar_url: z.string().nullable(), bio: z.string().nullable() }),
    statuses: StatusListSchema,
    follower_count: z.number().int(),
    live_call: CallSummarySchema.nullable(),
    text_hint: z
      .object({ number: z.string(), text: z.string() })
      .describe('What to text, and where to, in order to follow by phone.'),
    viewer: z
      .object({ following: z.boolean(), texts: z.boolean(), calls: z.boolean() })
      .nullable()
      .describe('How you follow it; null without a token.'),
    views: z.number().int().nullable().describe('How often others have looked at it; for its owner only.'),
  })
  .meta({ id: 'Profile' })

export const FollowerSchema = z
  .object({
    person: PersonSchema.nullable().describe('Null for somebody who follows by phone and has no account.'),
    name: z.string(),
    followed_at: StampSchema,
    phone_only: z.boolean(),
  })
  .meta({ id: 'Follower' })

/** Write a profile for one viewer, null for somebody without an account, with a part of what is said there. */
export async function presentProfile(
  view: View,
  { seen, owner, views }: Profile,
  viewer: User | null,
  request: PageRequest,
): Promise<z.input<typeof ProfileSchema>> {
  const ktag = presentKtag(seen)
  const { following, texts, calls } = ktag
  const viewerId = viewer?.id ?? null
  const person = presentPerson(owner, null, viewerId)
  return {
    ktag,
    owner: { name: person.name, avatar_url: person.avatar_url, bio: owner.bio },
    statuses: await presentStatusPage(view, viewerId, await ofTag(view, viewer, seen.ktag, request)),
    follower_count: ktag.follower_count,
    live_call: await presentLiveCall(view, seen, viewerId),
    text_hint: { number: view.site.numbers[0], text: `follow *${ktag.name}` },
    viewer: viewer && { following, texts, calls },
    views,
  }
}

/** Write followers for one viewer; those whose account is gone meanwhile are left out. */
export async function presentFollowers(
  view: View,
  viewerId: string,
  followers: readonly Follower[],
): Promise<z.input<typeof FollowerSchema>[]> {
  const ids = followers.flatMap(({ personId }) => personId ?? [])
  const people = await usersByIds(view, ids)
  const primaries = await primariesOf(view, ids)
  return followers.flatMap(({ personId, phone, followedAt }) => {
    if (phone !== null)
      return { person: null, name: maskPhone(phone), followed_at: stamp(followedAt), phone_only: true }
    const person = people.get(personId ?? '')
    if (!person) return []
    const wire = presentPerson(person, primaries.get(person.id) ?? null, viewerId)
    return { person: wire, name: wire.name, followed_at: stamp(followedAt), phone_only: false }
  })
}
