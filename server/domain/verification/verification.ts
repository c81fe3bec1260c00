import * as turns from '#domain/turns'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import { newId } from '#kit/id'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { CodeIssued } from './events.ts'
import { AlreadyVerified, ChallengeNotFound, CodeExpired, CodeInvalid } from './faults.ts'
import { deleteBefore as deleteLinks, removeOf as removeLinks } from './link-store.ts'
import { type Challenge, type Channel, type CodeMessage, type Purpose, RULES } from './model.ts'
import { takeSend } from './sends.ts'
import * as store from './store.ts'

const SEAL = 'one-time code'

/** What a new challenge asks. */
export interface Question {
  readonly purpose: Purpose
  /** Defaults to the challenge itself: every question of its own. */
  readonly subject?: string
  readonly channel: Channel
  readonly destination: string
  readonly payload?: Readonly<Record<string, unknown>>
}

/**
 * Open a challenge and have its code sent. The subject's earlier code stops working.
 * Throws what `takeSend` throws.
 */
export async function issue(unit: Unit, question: Question): Promise<Challenge> {
  const id = newId()
  const subject = question.subject ?? id
  await takeSend(unit, { challengeId: id, subject, destination: question.destination, channel: question.channel })
  await turns.cancelCodes(unit, await store.replaceOpen(unit, question.purpose, subject))
  const code = newCode(unit, id)
  const { purpose, channel, destination, payload = {} } = question
  await store.insert(unit, {
    id,
    purpose,
    subject,
    channel,
    destination,
    payload,
    codeMac: code.mac,
    codeSealed: code.sealed,
  })
  return sendOut(unit, id)
}

/**
 * Send a new code for an open challenge; the previous one stops working.
 * Throws `ChallengeNotFound`, `AlreadyVerified`, and what `takeSend` throws.
 */
export async function resend(unit: Unit, purposes: readonly Purpose[], id: string): Promise<Challenge> {
  const challenge = await store.lockById(unit, id)
  if (!challenge || !purposes.includes(challenge.purpose)) throw ChallengeNotFound()
  if (challenge.state === 'passed') throw AlreadyVerified()
  if (challenge.state !== 'open' || challenge.expiresAt <= unit.now) throw ChallengeNotFound()
  const { destination, subject, channel } = challenge
  await takeSend(unit, { challengeId: id, subject, destination, channel })
  await turns.cancelCodes(unit, [id])
  await store.renew(unit, id, newCode(unit, id))
  return sendOut(unit, id)
}

/** Close a subject's open challenge: its code stops working. */
export async function withdraw(unit: Unit, purpose: Purpose, subject: string): Promise<void> {
  await turns.cancelCodes(unit, await store.replaceOpen(unit, purpose, subject))
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
  if (!unit.site.keys.matches(SEAL, `${challenge.id} ${code}`, challenge.codeMac)) {
    await store.countWrongGuess(unit, challenge.id)
    if (challenge.triesLeft <= 1) await turns.cancelCodes(unit, [challenge.id])
    throw CodeInvalid({ fields: { code: 'That code is not right.' } })
  }
  await store.close(unit, challenge.id)
  await store.markUsed(unit, challenge.id)
  await turns.cancelCodes(unit, [challenge.id])
  return challenge
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
  if (code === null) return null
  const { destination, channel, purpose, payload } = challenge
  return { destination, channel, purpose, payload, code }
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
async function sendOut(unit: Unit, id: string): Promise<Challenge> {
  const challenge = found(await store.findById(unit, id))
  const { channel, sends: send, subject: owner, expiresAt } = challenge
  unit.emit(CodeIssued, { challenge_id: id, channel, send }, [])
  if (channel === 'voice') {
    await turns.queue(unit, [{ owner, isUrgent: true, ring: { kind: 'code', challengeId: id, send }, expiresAt }])
  }
  return challenge
}

function newCode(unit: Unit, id: string): { mac: string; sealed: string } {
  const code = newDigits(RULES.digits)
  return { mac: unit.site.keys.mac(SEAL, `${id} ${code}`), sealed: unit.site.keys.seal(SEAL, code) }
}

function found(challenge: Challenge | null): Challenge {
  if (!challenge) throw ChallengeNotFound()
  return challenge
}
