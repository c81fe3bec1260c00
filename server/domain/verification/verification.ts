import * as turns from '#domain/turns'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { CodeIssued } from './events.ts'
import { AlreadyVerified, ChallengeNotFound, CodeExpired, CodeInvalid } from './faults.ts'
import { closeOpen as closeLink, deleteBefore as deleteLinks, removeOf as removeLinks } from './link-store.ts'
import { type Challenge, type Channel, type CodeMessage, type Judged, OWN, type Policy, type Purpose } from './model.ts'
import { type Sent, takeSend } from './sends.ts'
import * as store from './store.ts'
import { wordingOf } from './wording.ts'

const SEAL = 'one-time code'

/** What a new challenge asks. */
export interface Question {
  readonly purpose: Purpose
  /** The realm that asks; absent: this deployment itself. */
  readonly realmId?: string
  /** Defaults to the challenge itself: every question of its own. */
  readonly subject?: string
  readonly destination: string
  readonly payload?: Challenge['payload']
}

/** A code as it is to be sent. */
export interface WantedCode {
  readonly channel: Channel
  /** The code, when whoever asks gives it; else it is a random one. */
  readonly code?: string | undefined
  /** It is only tried out: all is as with others, but nothing goes out. */
  readonly isTest?: boolean
  /** By its answer, when it is not said. */
  readonly judged?: Judged
}

/**
 * Open a challenge and have its code sent. The subject's earlier code stops working.
 * Throws what `takeSend` throws.
 */
export async function issue(unit: Unit, question: Question & WantedCode, policy: Policy = OWN): Promise<Challenge> {
  const { channel, isTest = false, judged = 'answer' } = question
  const fresh = freshOf(unit, question, policy)
  await takeSend(unit, { ...fresh, challengeId: fresh.id, channel, isTest, judged }, policy)
  await replace(unit, fresh)
  const code = newCode(unit, fresh.id, question.code ?? newDigits(policy.digits))
  const challenge = await store.insert(unit, {
    ...fresh,
    judged,
    channel,
    codeMac: code.mac,
    codeSealed: code.sealed,
    sends: 1,
    sentAt: unit.now,
    resendAt: secondsAfter(unit.now, policy.resendSeconds[channel]),
  })
  return isTest ? challenge : sendOut(unit, challenge)
}

/** Open a challenge before its first code is sent: no code fits it until then. The subject's earlier one is closed. */
export async function open(unit: Unit, question: Question, policy: Policy): Promise<Challenge> {
  const fresh = freshOf(unit, question, policy)
  await replace(unit, fresh)
  const none = { channel: null, codeMac: null, codeSealed: null, sends: 0, sentAt: null, resendAt: unit.now }
  return store.insert(unit, { ...fresh, ...none, judged: 'answer' })
}

/**
 * Send a new code for a challenge that is open, by any channel; the previous code stops working. Throws
 * `ChallengeNotFound` when it has been closed meanwhile, and what `takeSend` throws.
 */
export async function send(
  unit: Unit,
  challenge: Challenge,
  wanted: WantedCode & { readonly payload?: Challenge['payload'] },
  policy: Policy,
): Promise<Challenge> {
  const { id, realmId, destination, subject } = challenge
  const { channel, isTest = false, judged = 'answer' } = wanted
  await takeSend(unit, { challengeId: id, realmId, destination, subject, channel, isTest, judged }, policy)
  const renewed = await store.renew(unit, id, {
    ...newCode(unit, id, wanted.code ?? newDigits(policy.digits)),
    judged,
    channel,
    payload: wanted.payload ?? challenge.payload,
    resendAt: secondsAfter(unit.now, policy.resendSeconds[channel]),
    expiresAt: secondsAfter(unit.now, policy.liveSeconds),
  })
  if (!renewed) throw ChallengeNotFound()
  await turns.cancelCodes(unit, [id])
  return isTest ? renewed : sendOut(unit, renewed)
}

/**
 * Send a new code for an open challenge the way the one before went; that one stops working.
 * Throws `ChallengeNotFound`, `AlreadyVerified`, and what `takeSend` throws.
 */
export async function resend(unit: Unit, purposes: readonly Purpose[], id: string): Promise<Challenge> {
  // Not locked: whoever sends takes the right to it first, and a challenge after it.
  const challenge = await store.findById(unit, id)
  if (!challenge || !purposes.includes(challenge.purpose) || challenge.channel === null) throw ChallengeNotFound()
  if (challenge.state === 'passed') throw AlreadyVerified()
  if (challenge.state !== 'open' || challenge.expiresAt <= unit.now) throw ChallengeNotFound()
  return send(unit, challenge, { channel: challenge.channel }, OWN)
}

/** Close a subject's open challenge: its code stops working. */
export async function withdraw(unit: Unit, purpose: Purpose, subject: string): Promise<void> {
  await turns.cancelCodes(unit, await store.replaceOpen(unit, purpose, subject))
}

/** What was sent to let somebody in, or to set a password, works no more: a link of either kind, a code to reset. */
export async function withdrawSignIns(unit: Unit, userId: string): Promise<void> {
  await closeLink(unit, userId, 'magic')
  await closeLink(unit, userId, 'reset')
  await withdraw(unit, 'reset', userId)
}

/**
 * Compare a code, under the challenge's row lock: however many guesses come at once, each costs a try.
 * Throws `CodeInvalid` (the try stays counted), `CodeExpired`, `ChallengeNotFound`, and `RateLimited` once burnt.
 */
export async function check(
  unit: Unit,
  purpose: Purpose | readonly Purpose[],
  by: { readonly id: string } | { readonly subject: string },
  code: string,
): Promise<Challenge> {
  const purposes = typeof purpose === 'string' ? [purpose] : purpose
  const [first = 'login'] = purposes
  const challenge = 'id' in by ? await store.lockById(unit, by.id) : await store.lockLatest(unit, first, by.subject)
  if (!challenge || !purposes.includes(challenge.purpose)) throw ChallengeNotFound()
  if (challenge.state === 'burnt') throw RateLimited({ retryAfterSeconds: secondsUntil(unit.now, challenge.expiresAt) })
  if (challenge.state !== 'open') throw ChallengeNotFound()
  if (challenge.expiresAt <= unit.now) throw CodeExpired({ fields: { code: 'That code has expired.' } })
  const { isRight } = await compare(unit, challenge, code)
  if (!isRight) throw CodeInvalid({ fields: { code: 'That code is not right.' } })
  return challenge
}

/** What has come of a guess. */
export interface Guess {
  /** As it was when the guess was compared. */
  readonly challenge: Challenge
  readonly isRight: boolean
  /** How many more wrong ones the challenge bears. */
  readonly triesLeft: number
}

/**
 * Compare a code with that of a realm's open challenge, under its row lock: however many guesses come at once, each costs
 * a try. Null when the challenge is not open (any more).
 */
export async function guess(unit: Unit, id: string, code: string): Promise<Guess | null> {
  const held = await store.lockById(unit, id)
  if (held?.state !== 'open' || held.expiresAt <= unit.now) return null
  return compare(unit, held, code)
}

/** The right code closes a challenge, a wrong one costs a try, the last of them burns it. The caller has locked its row. */
async function compare(unit: Unit, challenge: store.StoredChallenge, code: string): Promise<Guess> {
  const { id, codeMac, triesLeft } = challenge
  if (codeMac === null || !unit.site.keys.matches(SEAL, `${id} ${code}`, codeMac)) {
    await store.countWrongGuess(unit, id)
    if (triesLeft <= 1) await turns.cancelCodes(unit, [id])
    return { challenge, isRight: false, triesLeft: triesLeft - 1 }
  }
  await store.close(unit, id)
  // Whoever could tell the code beforehand proves by it neither that this one nor that one before it has arrived.
  if (challenge.judged === 'answer') await store.markUsed(unit, id)
  await turns.cancelCodes(unit, [id])
  return { challenge, isRight: true, triesLeft }
}

/** A realm's challenge; null when it has none of this id. */
export async function ofRealm(view: View, realmId: string, id: string): Promise<Challenge | null> {
  return store.findOf(view, realmId, id)
}

/** What a realm has asked of whoever holds an address since a moment, and what is open, newest first. */
export async function ofDestination(
  view: View,
  realmId: string,
  destination: string,
  since: Date,
): Promise<readonly Challenge[]> {
  return store.ofDestination(view, realmId, destination, since)
}

/** What a realm has sent to an address within a day, newest first. */
export async function sentTo(view: View, realmId: string, destination: string): Promise<readonly Sent[]> {
  return store.recentSends(view, { realmId, destination, subject: subjectOf(realmId, destination) })
}

/** The newest challenge of a subject, whatever became of it. */
export async function latest(view: View, purpose: Purpose, subject: string): Promise<Challenge | null> {
  return store.findLatest(view, purpose, subject)
}

/** The challenge of a subject whose code still works; null when there is none. */
export async function openFor(view: View, purpose: Purpose, subject: string): Promise<Challenge | null> {
  const challenge = await store.findLatest(view, purpose, subject)
  return challenge?.state === 'open' && challenge.expiresAt > view.now ? challenge : null
}

/** The code to send, for one `CodeIssued` or its turn; null when it has been used, replaced or has expired since. */
export async function message(view: View, challengeId: string, send: number): Promise<CodeMessage | null> {
  const challenge = await store.findById(view, challengeId)
  if (challenge?.state !== 'open' || challenge.sends !== send || challenge.expiresAt <= view.now) return null
  const code = challenge.codeSealed === null ? null : view.site.keys.open(SEAL, challenge.codeSealed)
  if (code === null || challenge.channel === null) return null
  const { destination, channel, purpose, payload } = challenge
  return { destination, channel, purpose, payload, code, wording: wordingOf(challenge) }
}

/** Forget what no limit counts any more: the longest one looks a day back. */
export async function tidy(unit: Unit): Promise<void> {
  const before = secondsAfter(unit.now, -2 * 86_400)
  await store.deleteBefore(unit, before)
  await deleteLinks(unit, before)
}

/**
 * No code and no link of a person works any more: they are leaving. What was sent where is kept for two days, as of
 * everybody: whoever leaves and comes back has no more codes than others.
 */
export async function forget(unit: Unit, person: { readonly id: string; readonly username: string }): Promise<void> {
  await turns.cancelCodes(unit, await store.openOf(unit, person))
  await store.removeOf(unit, person)
  await removeLinks(unit, person.id)
}

/** Have the newest code of a challenge sent; one that is read aloud waits for its turn to be rung. */
async function sendOut(unit: Unit, challenge: Challenge): Promise<Challenge> {
  const { id, channel, sends, subject, realmId, expiresAt } = challenge
  // All whom a realm has rung take turns with others as one.
  const owner = realmId ?? subject
  if (channel === null) return challenge
  unit.emit(CodeIssued, { challenge_id: id, channel, send: sends }, [])
  if (channel === 'voice') {
    await turns.queue(unit, [
      { owner, isUrgent: true, ring: { kind: 'code', challengeId: id, send: sends }, expiresAt },
    ])
  }
  return challenge
}

function freshOf(unit: Unit, question: Question, policy: Policy) {
  const id = newId()
  const { purpose, destination, realmId = null, payload = {} } = question
  const isOneAtATime = purpose === 'project' && realmId !== null
  const subject = question.subject ?? (isOneAtATime ? subjectOf(realmId, destination) : id)
  const expiresAt = secondsAfter(unit.now, policy.liveSeconds)
  return { id, purpose, realmId, subject, destination, payload, expiresAt, triesLeft: policy.tries }
}

/** Whoever holds an address is asked one thing by a realm at a time. */
function subjectOf(realmId: string, destination: string): string {
  return `${realmId} ${destination}`
}

async function replace(unit: Unit, { purpose, subject }: Pick<Challenge, 'purpose' | 'subject'>): Promise<void> {
  await turns.cancelCodes(unit, await store.replaceOpen(unit, purpose, subject))
}

function newCode(unit: Unit, id: string, code: string): { mac: string; sealed: string } {
  return { mac: unit.site.keys.mac(SEAL, `${id} ${code}`), sealed: unit.site.keys.seal(SEAL, code) }
}
