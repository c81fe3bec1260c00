import type { z } from 'zod'
import * as accounts from '#domain/accounts'
import * as calls from '#domain/calls'
import * as contacts from '#domain/contacts'
import * as grid from '#domain/grid'
import * as groups from '#domain/groups'
import * as inbox from '#domain/inbox'
import * as sessions from '#domain/sessions'
import * as tags from '#domain/tags'
import { asFault } from '#kit/fault'
import { type Audience, defineLive, type LiveFrame, type LiveSurface, type LiveUser } from '#kit/live'
import type { View } from '#kit/unit'
import { renderFault } from './dialect/errors.ts'
import { presentCall, presentParticipant } from './presenters/call.ts'
import { presentContact } from './presenters/contact.ts'
import { presentGrid } from './presenters/grid.ts'
import { presentGroupDetail } from './presenters/group.ts'
import { presentFollow, presentKtag, presentOpenKtag } from './presenters/ktag.ts'
import { presentKtagPage } from './presenters/ktag-page.ts'
import { presentMessage, presentUnreadCount } from './presenters/message.ts'
import { presentPerson } from './presenters/person.ts'
import { presentSession } from './presenters/session.ts'
import { presentGate, presentUser } from './presenters/user.ts'
import { MobileUnverified } from './surface.ts'

const OWN_TOPICS = [
  'inbox',
  'feed',
  'statuses',
  'call',
  'grid',
  'jobs',
  'calendar',
  'tags',
  'book',
  'invites',
  'account',
] as const

/** What the apps see of each event. Data are the objects of REST, made by the same presenters. */
const map = defineLive((on) => {
  on(inbox.MessageChanged, async ({ view, event: { data } }) => {
    const count = frame('inbox', 'inbox.unread_count', presentUnreadCount(await inbox.unreadCount(view, data.owner_id)))
    const message = data.change === 'deleted' ? null : await gone(inbox.get(view, data.owner_id, data.message_id))
    if (message === null) return [frame('inbox', 'inbox.message_deleted', { id: data.message_id }), count]
    return [frame('inbox', `inbox.message_${data.change}`, { message: await presentMessage(view, message) }), count]
  })

  on(calls.CallStarted, (heard) => callFrame('call.created', heard))
  on(calls.CallChanged, (heard) => callFrame('call.updated', heard))
  on(calls.CallEnded, (heard) => callFrame('call.ended', heard))

  on(calls.ParticipantChanged, async ({ view, channel, event: { data } }) => {
    const detail = await gone(calls.byId(view, data.call_id))
    const participant = detail?.participants.find(({ id }) => id === data.participant_id)
    if (!detail || !participant) return []
    const then = {
      ...participant,
      status: data.status,
      muted: data.muted,
      mutedByHost: data.muted_by_host ?? participant.mutedByHost,
      onHold: data.on_hold ?? participant.onHold,
      reason: data.reason,
      sipCode: data.sip_code === undefined ? participant.sipCode : data.sip_code,
      joinedAt: dateOrNull(data.joined_at),
      leftAt: dateOrNull(data.left_at),
    }
    const wire = presentParticipant(detail, then, viewerOf(channel))
    const told = frame('call', 'call.participant_updated', { call_id: data.call_id, participant: wire })
    // A cell that lights up or goes dark is told on the grid as well; the steps between, and the end of all, are not.
    const isTurn = data.status === 'joined' || data.left_at !== null
    const isCell = participant.gridPosition !== null && isTurn && detail.call.endedAt === null
    return isCell ? [told, ...(await gridOf(view, channel, detail))] : [told]
  })

  on(contacts.ContactChanged, async ({ view, event: { data } }) => {
    const owner = await accounts.byId(view, data.owner_id)
    const contact = owner && data.change !== 'deleted' ? await gone(contacts.get(view, owner, data.contact_id)) : null
    if (!contact) return [frame('book', 'contact.deleted', { id: data.contact_id })]
    const told = frame('book', `contact.${data.change}`, { contact: presentContact(contact) })
    return owner && contact.inGrid ? [told, await gridFrame(view, owner)] : [told]
  })

  on(groups.GroupChanged, async ({ view, event: { data } }) => {
    const owner = await accounts.byId(view, data.owner_id)
    const group = owner && data.change !== 'deleted' ? await gone(groups.get(view, owner, data.group_id)) : null
    if (!group) return [frame('book', 'group.deleted', { id: data.group_id })]
    return [frame('book', `group.${data.change}`, { group: await presentGroupDetail(view, group) })]
  })

  on(grid.GridChanged, async ({ view, event: { data } }) => {
    const owner = await accounts.byId(view, data.owner_id)
    return owner ? [await gridFrame(view, owner)] : []
  })

  on(tags.KtagChanged, async ({ view, channel, event: { data } }) => {
    const viewerId = viewerOf(channel)
    const ktag = data.change === 'deleted' ? null : await tags.byId(view, data.ktag_id)
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
    const follower = await accounts.byId(view, data.follower_id)
    const person = follower && presentPerson(follower, await tags.primaryOf(view, follower.id), null)
    return [frame('tags', 'ktag.follower_added', { ktag_id, follower_count, person })]
  })

  on(tags.FollowChanged, async ({ view, event: { data } }) => {
    const { ktag_id, follower_id, change } = data
    const follow = change === 'deleted' ? null : await gone(tags.getFollow(view, { id: follower_id }, ktag_id))
    if (!follow) return [frame('tags', 'follow.deleted', { ktag_id })]
    return [frame('tags', `follow.${change}`, { follow: presentFollow(follow) })]
  })

  on(accounts.UserChanged, async ({ view, event: { data } }) => {
    const user = await accounts.byId(view, data.user_id)
    if (!user) return []
    return [
      frame('account', 'me.updated', { user: await presentUser(view, user), gate: await presentGate(view, user) }),
    ]
  })

  on(accounts.MobileVerified, async ({ view, event: { data } }) => {
    const user = await accounts.byId(view, data.user_id)
    return user ? [frame('account', 'me.gate_changed', { gate: await presentGate(view, user) })] : []
  })

  on(sessions.SessionCreated, async ({ view, event: { data } }) => {
    const session = await sessions.byId(view, data.user_id, data.session_id)
    return session ? [frame('account', 'session.created', { session: presentSession(session, null) })] : []
  })

  on(sessions.SessionRevoked, ({ event: { data } }) => [frame('account', 'session.revoked', { id: data.session_id })])
})

/** Who speaks on a call, as the apps are told; nobody hears it later. */
export function speakingFrame({ callId, participantIds }: calls.Speakers): LiveFrame {
  return frame('call', 'call.speaking', { call_id: callId, participant_ids: participantIds })
}

/** The surface as its sockets see it. */
export const kadoinkLive: LiveSurface = {
  name: 'kadoink',
  path: '/api/v1/realtime',
  protocol: 'kadoink.v1',
  map,
  topics: OWN_TOPICS,
  regrants: new Set([accounts.MobileVerified.name, tags.FollowChanged.name]),

  async authenticate(view, token) {
    const { user, session } = await sessions.authenticate(view, token)
    const topics = user.mobileVerifiedAt ? OWN_TOPICS : (['account'] as const)
    const heard = await tags.heardIds(view, user)
    const channels = [`user:${user.id}`, ...heard.map(tags.channelOfFollowers)]
    return { userId: user.id, sessionId: session.id, channels, topics: new Set(topics) }
  },

  async resolve(view, user, topic) {
    const [, kind, id] = /^(call|ktag):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(topic) ?? []
    if (kind === undefined || id === undefined) return undefined
    if (!user.topics.has(kind === 'call' ? 'call' : 'tags')) throw MobileUnverified()
    return kind === 'call' ? watchCall(view, user, id) : watchKtag(view, user, id)
  },

  renderError: (error) => renderFault(asFault(error)),
}

async function watchCall(view: View, { userId }: LiveUser, id: string): Promise<Watched> {
  const detail = await calls.byId(view, id)
  if (!detail.participants.some((participant) => participant.userId === userId)) throw calls.CallNotFound()
  return { channel: `call:${id}`, snapshot: { call: presentCall(detail, userId, view.site) } }
}

/** The page of a tag; whoever neither owns nor follows it hears of it as long as it is public. */
async function watchKtag(view: View, { userId }: LiveUser, id: string): Promise<Watched> {
  const seen = await tags.get(view, { id: userId }, id)
  const isClose = seen.isOwner || seen.follow !== null
  return {
    channel: isClose ? tags.channelOfFollowers(id) : tags.channelOfPage(id),
    snapshot: { ktag: await presentKtagPage(view, seen, userId) },
  }
}

interface Watched {
  readonly channel: string
  readonly snapshot: unknown
}

type CallFacts = z.output<(typeof calls.CallStarted)['schema']>

async function callFrame(
  event: string,
  { view, channel, event: stored }: Audience<CallFacts>,
): Promise<readonly LiveFrame[]> {
  const detail = await gone(calls.byId(view, stored.data.call_id))
  if (!detail) return []
  const then = {
    ...detail.call,
    status: stored.data.status,
    privacy: stored.data.privacy,
    muteOnJoin: stored.data.mute_on_join ?? detail.call.muteOnJoin,
    startedAt: dateOrNull(stored.data.started_at),
    endsBy: stored.data.ends_by === undefined ? detail.call.endsBy : dateOrNull(stored.data.ends_by),
    endedAt: dateOrNull(stored.data.ended_at),
    endReason: stored.data.end_reason,
  }
  const told = frame('call', event, { call: presentCall({ ...detail, call: then }, viewerOf(channel), view.site) })
  return [told, ...(await gridOf(view, channel, detail))]
}

/** The grid of a call that is a grid's, for its host; nothing for others and of other calls. */
async function gridOf(view: View, channel: string, { call, host }: calls.CallDetail): Promise<readonly LiveFrame[]> {
  return call.kind === 'grid' && viewerOf(channel) === host.id ? [await gridFrame(view, host)] : []
}

async function gridFrame(view: View, owner: accounts.User): Promise<LiveFrame> {
  return frame('grid', 'grid.updated', { grid: await presentGrid(view, owner) })
}

function frame(topic: (typeof OWN_TOPICS)[number], event: string, data: unknown): LiveFrame {
  return { topic, event, data }
}

/** Who listens on a channel; null on channels that are not one person's own. */
function viewerOf(channel: string): string | null {
  return channel.startsWith('user:') ? channel.slice('user:'.length) : null
}

/** What a read gives, or null when it is missing: it may be gone by the time its event is told. */
async function gone<Thing>(read: Promise<Thing>): Promise<Thing | null> {
  return read.catch((error: unknown) => {
    if (asFault(error).type.kind === 'missing') return null
    throw error
  })
}

function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
