import * as accounts from '#domain/accounts'
import * as sessions from '#domain/sessions'
import * as tags from '#domain/tags'
import { asFault } from '#kit/fault'
import { defineLive, type LiveSurface, type LiveUser } from '#kit/live'
import type { View } from '#kit/unit'
import { renderFault } from '../dialect/errors.ts'
import { MobileUnverified } from '../surface.ts'
import { accountFrames } from './account.ts'
import { bookFrames } from './book.ts'
import { calendarFrames } from './calendar.ts'
import { callFrames, watchCall } from './calls.ts'
import { commandFrames } from './commands.ts'
import { kadoinkDeclared } from './declared.ts'
import { OWN_TOPICS } from './frames.ts'
import { inboxFrames } from './inbox.ts'
import { inviteFrames } from './invites.ts'
import { jobFrames } from './jobs.ts'
import { statusFrames } from './statuses.ts'
import { tagFrames, watchKtag } from './tags.ts'

export { speakingFrame } from './calls.ts'

const FRAMES = [
  inboxFrames,
  callFrames,
  bookFrames,
  tagFrames,
  statusFrames,
  calendarFrames,
  inviteFrames,
  jobFrames,
  accountFrames,
  commandFrames,
]

/** What the apps see of each event. Data are the objects of REST, made by the same presenters. */
const map = defineLive((on) => {
  for (const declare of FRAMES) declare(on)
})

/** The surface as its sockets see it. */
export const kadoinkLive: LiveSurface = {
  name: 'kadoink',
  path: kadoinkDeclared.path,
  protocol: kadoinkDeclared.protocol,
  map,
  topics: kadoinkDeclared.topics,
  // Whoever shows somebody's calls has to know when the gate changes, and a session ends, too.
  constantTopics: ['account'],
  regrants: new Set([accounts.MobileVerified.name, accounts.UserChanged.name, tags.FollowChanged.name]),

  async authenticate(view, token) {
    return liveUser(view, await sessions.authenticate(view, token))
  },

  async recheck(view, { userId, sessionId }) {
    return liveUser(view, await sessions.stillSignedIn(view, userId, sessionId))
  },

  async resolve(view, user, topic) {
    const [, kind, id] = /^(call|ktag):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(topic) ?? []
    if (kind === undefined || id === undefined) return undefined
    if (!user.topics.has(kind === 'call' ? 'call' : 'tags')) throw MobileUnverified()
    return kind === 'call' ? watchCall(view, user, id) : watchKtag(view, user, id)
  },

  renderError: (error) => renderFault(asFault(error)),
}

const ALL_TOPICS: ReadonlySet<string> = new Set(OWN_TOPICS)
const BEFORE_THE_GATE: ReadonlySet<string> = new Set(['account'])

/** What a signed-in person hears now. */
async function liveUser(view: View, { user, session }: sessions.Viewer): Promise<LiveUser> {
  const heard = await tags.heardIds(view, user)
  const channels = [`user:${user.id}`, ...heard.map(tags.channelOfFollowers)]
  return {
    userId: user.id,
    sessionId: session.id,
    channels,
    topics: user.mobileVerifiedAt ? ALL_TOPICS : BEFORE_THE_GATE,
  }
}
