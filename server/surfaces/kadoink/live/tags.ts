import * as accounts from '#domain/accounts'
import * as tags from '#domain/tags'
import type { LiveUser } from '#kit/live'
import type { View } from '#kit/unit'
import { presentFollow, presentKtag, presentOpenKtag } from '../presenters/ktag.ts'
import { presentKtagPage } from '../presenters/ktag-page.ts'
import { presentPerson } from '../presenters/person.ts'
import { frame, gone, type On, viewerOf, type Watched } from './frames.ts'
import { ktagById, userById } from './readings.ts'

/** What apps see of tags and of those who follow them. */
export function tagFrames(on: On): void {
  on(tags.KtagChanged, async ({ view, channel, event: { data } }) => {
    const viewerId = viewerOf(channel)
    const ktag = data.change === 'deleted' ? null : await ktagById(view, data.ktag_id)
    // Whoever only looks at the page of a tag loses it when it becomes private.
    const isShown = ktag?.visibility === 'public' || channel !== tags.channelOfPage(data.ktag_id)
    if (!ktag || !isShown) return [frame('tags', 'ktag.deleted', { id: data.ktag_id })]
    const isOwner = viewerId === ktag.ownerId
    const wire = isOwner ? presentKtag({ ktag, isOwner, follow: null }) : presentOpenKtag(ktag)
    return [frame('tags', `ktag.${data.change}`, { ktag: wire })]
  })

  on(tags.FollowersChanged, async ({ view, event: { data } }) => {
    const { ktag_id, follower_count } = data
    if (data.change === 'removed') return [frame('tags', 'ktag.follower_removed', { ktag_id, follower_count })]
    const follower = await userById(view, data.follower_id)
    const person = follower && presentPerson(follower, await tags.primaryOf(view, follower.id), null)
    return [frame('tags', 'ktag.follower_added', { ktag_id, follower_count, person })]
  })

  on(tags.PhoneFollowersChanged, ({ event: { data } }) => {
    const { ktag_id, follower_count } = data
    return data.change === 'removed'
      ? [frame('tags', 'ktag.follower_removed', { ktag_id, follower_count })]
      : [frame('tags', 'ktag.follower_added', { ktag_id, follower_count, person: null })]
  })

  on(tags.FollowChanged, async ({ view, event: { data } }) => {
    const { ktag_id, follower_id, change } = data
    const follow = change === 'deleted' ? null : await gone(tags.getFollow(view, { id: follower_id }, ktag_id))
    if (!follow) return [frame('tags', 'follow.deleted', { ktag_id })]
    return [frame('tags', `follow.${change}`, { follow: presentFollow(follow) })]
  })
}

/** The page of a tag; whoever neither owns nor follows it hears of it as long as it is public. */
export async function watchKtag(view: View, { userId }: LiveUser, id: string): Promise<Watched> {
  const seen = await tags.get(view, { id: userId }, id)
  const viewer = await accounts.byId(view, userId)
  if (!viewer) throw tags.KtagNotFound()
  const isClose = seen.isOwner || seen.follow !== null
  return {
    channel: isClose ? tags.channelOfFollowers(id) : tags.channelOfPage(id),
    snapshot: { ktag: await presentKtagPage(view, seen, viewer) },
  }
}
