import type { Kadoink, LiveEvent } from '#client'
import type { State } from './state.ts'

/** How much of the feed is kept while it goes on. */
const KEPT_STATUSES = 200

/** The state after an event: data are whole objects, so an event says how things are and not what to do with them. */
export function afterEvent(state: State, { event, data }: LiveEvent): State {
  switch (event) {
    case 'inbox.message_created':
    case 'inbox.message_updated':
      return { ...state, messages: withOne(state.messages, data.message) }
    case 'inbox.message_deleted':
      return { ...state, messages: without(state.messages, data.id) }
    case 'inbox.unread_count':
      return { ...state, unread: data.unread_count }
    case 'feed.status_created':
    case 'feed.status_updated':
    case 'status.created':
    case 'status.updated':
      return { ...state, statuses: withOne(state.statuses, data.status).slice(0, KEPT_STATUSES) }
    case 'feed.status_deleted':
    case 'status.deleted':
      return { ...state, statuses: without(state.statuses, data.id) }
    case 'status.delivery':
      return {
        ...state,
        statuses: state.statuses.map((one) => (one.id === data.id ? { ...one, delivery: data.delivery } : one)),
      }
    case 'feed.call_live':
      return { ...state, liveCalls: [...withoutTag(state, data.ktag.id), data] }
    case 'feed.call_closed':
      return { ...state, liveCalls: withoutTag(state, data.ktag_id) }
    case 'call.created':
    case 'call.updated':
    case 'call.ended':
      return withCall(state, data.call)
    case 'call.participant_updated':
      return withParticipant(state, data.call_id, data.participant)
    case 'call.speaking':
      return data.call_id === state.call?.id ? { ...state, speaking: data.participant_ids } : state
    case 'contact.created':
    case 'contact.updated':
      return { ...state, contacts: [data.contact, ...without(state.contacts, data.contact.id)] }
    case 'contact.deleted':
      return { ...state, contacts: without(state.contacts, data.id) }
    case 'ktag.created':
    case 'ktag.updated':
      return 'is_owner' in data.ktag && data.ktag.is_owner
        ? { ...state, ktags: [...without(state.ktags, data.ktag.id), data.ktag] }
        : state
    case 'ktag.deleted':
      return { ...state, ktags: without(state.ktags, data.id) }
    case 'me.updated':
      return { ...state, user: data.user, gate: data.gate }
    case 'me.gate_changed':
      return { ...state, gate: data.gate }
    default:
      return state
  }
}

/** The state after the account has been read whole. */
export function afterHome(state: State, home: Kadoink.Home): State {
  return {
    ...state,
    stage: 'in',
    challenge: null,
    user: home.user,
    gate: home.gate,
    unread: home.unread_count,
    messages: home.inbox.items,
    hasOlderMessages: home.inbox.has_more,
    statuses: newestFirst([...home.feed.items, ...home.statuses.items]),
    ktags: home.ktags.items,
    // One that has ended meanwhile stays on the screen until there is another.
    ...(home.active_call ? onCall(state, home.active_call) : { call: ended(state.call) }),
    speaking: [],
    liveCalls: [],
  }
}

/** The state after more of the inbox has been read: what is known already is newer. */
export function afterOlderMessages(
  state: State,
  { items, has_more }: { items: readonly Kadoink.Message[]; has_more: boolean },
): State {
  const known = new Set(state.messages.map(({ id }) => id))
  return {
    ...state,
    messages: newestFirst([...state.messages, ...items.filter(({ id }) => !known.has(id))]),
    hasOlderMessages: has_more,
  }
}

/**
 * The state after a call was started or read: an answer may be late, and what the socket has told of the same call
 * meanwhile is newer.
 */
export function afterCall(state: State, call: Kadoink.Call): State {
  return state.call?.id === call.id ? state : withCall(state, call)
}

/** Whether a call is going on. */
export function isOpen(call: Kadoink.Call | null): call is Kadoink.Call {
  return call !== null && call.status !== 'ended'
}

function withCall(state: State, call: Kadoink.Call): State {
  // Of two calls, the one that goes on is shown.
  if (isOpen(state.call) && state.call.id !== call.id) return state
  return { ...state, ...onCall(state, call), speaking: call.status === 'ended' ? [] : state.speaking }
}

function withParticipant(state: State, callId: string, participant: Kadoink.Participant): State {
  const { call } = state
  if (call?.id !== callId) return state
  const isNew = !call.participants.some(({ id }) => id === participant.id)
  const participants = isNew
    ? [...call.participants, participant]
    : call.participants.map((one) => (one.id === participant.id ? participant : one))
  return { ...state, ...onCall(state, { ...call, participants }) }
}

/** A call as it is now, with the way that each participant has come to where they are. */
function onCall({ paths }: State, call: Kadoink.Call): Pick<State, 'call' | 'paths'> {
  const ways = call.participants.map(({ id, status }) => {
    const way = paths[id] ?? []
    return [id, way.at(-1) === status ? way : [...way, status]] as const
  })
  return { call, paths: Object.fromEntries(ways) }
}

function ended(call: Kadoink.Call | null): Kadoink.Call | null {
  return call && { ...call, status: 'ended' }
}

interface Dated {
  readonly id: string
  readonly created_at: string
}

function withOne<T extends Dated>(items: readonly T[], item: T): readonly T[] {
  return newestFirst([item, ...without(items, item.id)])
}

function without<T extends { readonly id: string }>(items: readonly T[], id: string): readonly T[] {
  return items.filter((item) => item.id !== id)
}

function withoutTag({ liveCalls }: State, ktagId: string): State['liveCalls'] {
  return liveCalls.filter(({ ktag }) => ktag.id !== ktagId)
}

/** Ids are of the moment, to the millisecond. */
function newestFirst<T extends Dated>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id))
}
