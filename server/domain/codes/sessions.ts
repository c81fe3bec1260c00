import type { Realm } from '#domain/realms'
import {
  type Challenge,
  type Channel,
  guess,
  ofDestination,
  ofRealm,
  open as openChallenge,
} from '#domain/verification'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { channelStates, chooseChannel, readyChannel } from './channels.ts'
import { type Destination, readDestination, readPhone } from './destination.ts'
import { PhoneBlocked, SessionExpired, SessionNotFound, WrongCode } from './faults.ts'
import { type GivenCode, readCode } from './given-code.ts'
import { type ChannelState, type CodeSession, kindOf, languageOf, payloadOf, policyOf, sessionOf } from './model.ts'
import { sendOut } from './sending.ts'
import * as store from './store.ts'
import { newTokenFor } from './tokens.ts'

const HOUR_SECONDS = 3600

/** How a code is to be sent. */
export interface Wishes {
  /** Absent: the one that reaches them best. */
  readonly channel?: Channel | null | undefined
  /** The code itself, plain or encrypted; absent: a random one. */
  readonly code?: string | null | undefined
  /** Only tried out: all is as with others, but nothing is sent and nothing paid. Absent: as the session is. */
  readonly isTest?: boolean | undefined
  readonly language?: string | null | undefined
  /** Whether whoever asks has shown the secret key. */
  readonly isOwner?: boolean | undefined
}

/** A session that is wanted. */
export interface WantedSession extends Wishes {
  /** A phone number as people write it, or an e-mail address. */
  readonly to: string
  /** An e-mail address does not do. */
  readonly isPhone?: boolean
  /** Whether the first code is sent at once; absent: it is. */
  readonly isSent?: boolean | undefined
}

/** A session, and what may be done with it. */
export interface Opened {
  readonly session: CodeSession
  readonly channels: readonly ChannelState[]
  /** The code that was only tried out, for whoever has shown the secret key; else null. */
  readonly testCode: string | null
}

/** The same after a code was sent. */
export interface SentCode extends Opened {
  /** The channel that it went by. */
  readonly channel: ChannelState
}

/**
 * Ask whoever holds an address for a code: the realm's session with them that lives already, or a new one. Its code is sent
 * unless the channel still waits after the last one, or does not reach them yet: the session says how the last code went,
 * its channels how they stand. Throws `ValidationFailed` (`phone`, `to`, `code`), `ChannelNotAllowedCountry`,
 * `ProjectHasNoChannels`, `ProjectHasNoChannel`, `PhoneBlocked`, `Blocked`, `WrongBalance`.
 */
export async function open(unit: Unit, realm: Realm, wanted: WantedSession): Promise<Opened> {
  const asked = wanted.isPhone ? readPhone(realm, wanted.to) : readDestination(realm, wanted.to)
  const given = await givenCode(unit, realm, wanted)
  const recipient = await store.lockRecipient(unit, realm.id, asked.destination)
  assertNotBlocked(unit, recipient)
  const recent = await recentlyAsked(unit, realm, asked)
  const live = recent.find((challenge) => isLive(unit, challenge)) ?? null
  if (!live) assertRoom(unit, realm, recent)
  const states = await channelStates(unit, realm, asked)
  const chosen = chooseChannel(states, wanted.channel, recipient)
  if (wanted.isSent === false || !chosen || chosen.timeoutSeconds > 0) {
    const challenge = live ?? (await openUnsent(unit, realm, asked, wanted))
    return { session: sessionOf(realm, challenge), channels: states, testCode: null }
  }
  return sendBy(unit, realm, live ?? { purpose: 'project', destination: asked.destination }, states, chosen, {
    ...wanted,
    given,
  })
}

/**
 * Send a new code for a session; the previous one stops working. Throws `SessionNotFound`, `SessionExpired`,
 * `ValidationFailed` (`code`), `ProjectHasNoChannel`, `UserNotAuthorizedOnChannel`, `SentTooEarly`, `PhoneBlocked`,
 * `Blocked`, `WrongBalance`.
 */
export async function send(
  unit: Unit,
  realm: Realm,
  wanted: Wishes & { readonly sessionId: string },
): Promise<SentCode> {
  const given = await givenCode(unit, realm, wanted)
  const recipient = await hold(unit, realm, wanted.sessionId)
  // Read once it is held: until then others may have gone on with it.
  const challenge = await ofRealm(unit, realm.id, wanted.sessionId)
  if (!challenge || !isLive(unit, challenge)) throw SessionExpired()
  const states = await channelStates(unit, realm, destinationOf(challenge))
  const chosen = readyChannel(states, wanted.channel, recipient)
  return sendBy(unit, realm, challenge, states, chosen, { ...wanted, given })
}

/**
 * Compare a code: the right one ends the session and gives a token that proves it; a wrong one costs a try, and is counted
 * although it is refused. Whoever spends session after session is blocked for a while. Throws `SessionNotFound`,
 * `SessionExpired`, `WrongCode`, `PhoneBlocked`.
 */
export async function check(
  unit: Unit,
  realm: Realm,
  { sessionId, code }: { readonly sessionId: string; readonly code: string },
): Promise<{ readonly verifyToken: string; readonly isTest: boolean }> {
  await hold(unit, realm, sessionId)
  const guessed = await guess(unit, sessionId, code)
  if (!guessed) throw SessionExpired()
  const { isTest, destination, sentTo } = sessionOf(realm, guessed.challenge)
  if (guessed.isRight) {
    if (sentTo !== null && !isTest) await store.countUse(unit, realm.id, destination, sentTo)
    return { verifyToken: await newTokenFor(unit, realm, { destination, isTest }), isTest }
  }
  if (guessed.triesLeft <= 0) await blockIfTooMany(unit, realm, destinationOf(guessed.challenge))
  throw WrongCode({ details: { count: guessed.triesLeft } })
}

/**
 * The channels of a session, or of the realm without one, and how each stands. Throws `SessionNotFound`,
 * `SessionExpired`.
 */
export async function channelsOf(view: View, realm: Realm, sessionId: string | null): Promise<readonly ChannelState[]> {
  if (sessionId === null) return channelStates(view, realm, null)
  const challenge = await ofRealm(view, realm.id, sessionId)
  if (!challenge) throw SessionNotFound()
  if (!isLive(view, challenge)) throw SessionExpired()
  return channelStates(view, realm, destinationOf(challenge))
}

/** A session of the realm that lives, as `channelsOf` finds it. Throws as it. */
export async function get(view: View, realm: Realm, sessionId: string): Promise<CodeSession> {
  const challenge = await ofRealm(view, realm.id, sessionId)
  if (!challenge) throw SessionNotFound()
  if (!isLive(view, challenge)) throw SessionExpired()
  return sessionOf(realm, challenge)
}

/** Send by a channel that is free, and show how all stand then. */
async function sendBy(
  unit: Unit,
  realm: Realm,
  to: Challenge | { readonly purpose: 'project'; readonly destination: string },
  states: readonly ChannelState[],
  chosen: ChannelState,
  wanted: Wishes & { readonly given: GivenCode | null },
): Promise<SentCode> {
  const { settings, name: project } = realm
  const session = 'id' in to ? sessionOf(realm, to) : null
  const isTest = wanted.isTest ?? session?.isTest ?? false
  const told = { project, language: languageOf(settings, wanted.language ?? session?.language), isTest }
  const code = wanted.given?.code ?? newDigits(settings.codeLength)
  const judged = wanted.given?.isKnown ? 'count' : 'answer'
  const challenge = await sendOut(unit, realm, to, { channel: chosen.type, code, judged, told })
  const channel = { ...chosen, timeoutSeconds: settings.rules.resendSeconds }
  return {
    session: sessionOf(realm, challenge),
    channel,
    channels: states.map((state) => (state.type === channel.type ? channel : state)),
    testCode: isTest && wanted.isOwner ? code : null,
  }
}

async function openUnsent(unit: Unit, realm: Realm, asked: Destination, wanted: Wishes): Promise<Challenge> {
  const told = {
    project: realm.name,
    language: languageOf(realm.settings, wanted.language),
    isTest: wanted.isTest === true,
  }
  const question = {
    purpose: 'project',
    realmId: realm.id,
    destination: asked.destination,
    payload: payloadOf(told),
  } as const
  return openChallenge(unit, question, policyOf(realm))
}

/**
 * Whoever is asked in a session of the realm, held until the unit ends: nothing becomes of the session meanwhile. Throws
 * `SessionNotFound`, `PhoneBlocked`.
 */
async function hold(unit: Unit, realm: Realm, sessionId: string): Promise<store.Recipient> {
  const seen = await ofRealm(unit, realm.id, sessionId)
  if (!seen) throw SessionNotFound()
  const recipient = await store.lockRecipient(unit, realm.id, seen.destination)
  assertNotBlocked(unit, recipient)
  return recipient
}

async function blockIfTooMany(unit: Unit, realm: Realm, asked: Destination): Promise<void> {
  const { spentToBlock, blockSeconds } = realm.settings.rules
  const spent = (await recentlyAsked(unit, realm, asked)).filter(({ state }) => state === 'burnt')
  if (spent.length < spentToBlock) return
  await store.block(unit, realm.id, asked.destination, secondsAfter(unit.now, blockSeconds))
}

async function recentlyAsked(view: View, realm: Realm, { destination }: Destination): Promise<readonly Challenge[]> {
  return ofDestination(view, realm.id, destination, secondsAfter(view.now, -HOUR_SECONDS))
}

/** Throws `PhoneBlocked` when there have been all the sessions of an hour. */
function assertRoom(unit: Unit, realm: Realm, recent: readonly Challenge[]): void {
  const oldest = recent[realm.settings.rules.sessionsPerHour - 1]
  const free = oldest && secondsAfter(oldest.createdAt, HOUR_SECONDS)
  if (free && free > unit.now) throw PhoneBlocked({ retryAfterSeconds: secondsUntil(unit.now, free) })
}

function assertNotBlocked(unit: Unit, { blockedUntil }: store.Recipient): void {
  if (blockedUntil === null || blockedUntil <= unit.now) return
  throw PhoneBlocked({ retryAfterSeconds: secondsUntil(unit.now, blockedUntil) })
}

async function givenCode(view: View, realm: Realm, { code, isOwner = false }: Wishes): Promise<GivenCode | null> {
  return code === null || code === undefined ? null : readCode(view, realm, code, isOwner)
}

function destinationOf({ destination }: Challenge): Destination {
  return { kind: kindOf(destination), destination }
}

function isLive(view: View, { state, expiresAt }: Challenge): boolean {
  return state === 'open' && expiresAt > view.now
}
