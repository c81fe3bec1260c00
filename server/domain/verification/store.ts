import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { type Challenge, type Channel, type Judged, OWN } from './model.ts'
import type { Send, Sent } from './sends.ts'

/** A challenge with what only this module may see. */
export interface StoredChallenge extends Challenge {
  /** Null before the first code. */
  readonly codeMac: string | null
  readonly codeSealed: string | null
  readonly triesLeft: number
  /** How its newest code is judged. */
  readonly judged: Judged
}

interface ChallengeRow {
  readonly id: string
  readonly purpose: StoredChallenge['purpose']
  readonly subject: string
  readonly realm_id: string | null
  readonly channel: StoredChallenge['channel']
  readonly destination: string
  readonly payload: Record<string, unknown>
  readonly sends: number
  readonly created_at: Date
  readonly sent_at: Date | null
  readonly resend_at: Date | null
  readonly expires_at: Date
  readonly state: StoredChallenge['state']
  readonly code_mac: string | null
  readonly code_sealed: string | null
  readonly tries_left: number
  readonly judged: Judged
}

/** One challenge by its id, locked until the unit ends. */
export async function lockById(unit: Unit, id: string): Promise<StoredChallenge | null> {
  return orNull(await unit.sql('challenges').where({ id }).forUpdate().first())
}

/** This deployment's newest challenge of a subject, locked until the unit ends. */
export async function lockLatest(unit: Unit, purpose: string, subject: string): Promise<StoredChallenge | null> {
  return orNull(await newestFirst(unit, purpose, subject).forUpdate().first())
}

/** This deployment's newest challenge of a subject. */
export async function findLatest(view: View, purpose: string, subject: string): Promise<StoredChallenge | null> {
  return orNull(await newestFirst(view, purpose, subject).first())
}

function newestFirst(view: View, purpose: string, subject: string) {
  const asked = view.sql('challenges').where({ purpose, subject }).whereNull('realm_id').whereNot({ state: 'replaced' })
  return asked.orderBy('id', 'desc')
}

/** A realm's challenge; of another realm it is none. */
export async function findOf(view: View, realmId: string, id: string): Promise<StoredChallenge | null> {
  return orNull(await view.sql('challenges').where({ id, realm_id: realmId, purpose: 'project' }).first())
}

export async function findById(view: View, id: string): Promise<StoredChallenge | null> {
  return orNull(await view.sql('challenges').where({ id }).first())
}

/** Close the subject's open challenge, so that its code stops working; gives the ids of what was closed. */
export async function replaceOpen(unit: Unit, purpose: string, subject: string): Promise<readonly string[]> {
  const closed: { id: string }[] = await unit
    .sql('challenges')
    .where({ purpose, subject, state: 'open' })
    .update({ state: 'replaced', code_sealed: null })
    .returning('id')
  return closed.map(({ id }) => id)
}

/** Open a challenge, with its first code or before it. */
export async function insert(
  unit: Unit,
  challenge: Omit<StoredChallenge, 'state' | 'createdAt'>,
): Promise<StoredChallenge> {
  const rows: ChallengeRow[] = await unit
    .sql('challenges')
    .insert({
      id: challenge.id,
      purpose: challenge.purpose,
      subject: challenge.subject,
      realm_id: challenge.realmId,
      channel: challenge.channel,
      destination: challenge.destination,
      payload: JSON.stringify(challenge.payload),
      code_mac: challenge.codeMac,
      code_sealed: challenge.codeSealed,
      tries_left: challenge.triesLeft,
      judged: challenge.judged,
      sends: challenge.sends,
      state: 'open',
      created_at: unit.now,
      sent_at: challenge.sentAt,
      resend_at: challenge.resendAt,
      expires_at: challenge.expiresAt,
    })
    .returning('*')
  return made(rows)
}

/** Put a new code in the place of the old one; null when the challenge is not open (any more). */
export async function renew(
  unit: Unit,
  id: string,
  code: {
    readonly mac: string
    readonly sealed: string
    readonly judged: Judged
    readonly channel: Channel
    readonly payload: Challenge['payload']
    readonly resendAt: Date
    readonly expiresAt: Date
  },
): Promise<StoredChallenge | null> {
  const rows: ChallengeRow[] = await unit
    .sql('challenges')
    .where({ id, state: 'open' })
    .update({
      code_mac: code.mac,
      code_sealed: code.sealed,
      judged: code.judged,
      channel: code.channel,
      payload: JSON.stringify(code.payload),
      sends: unit.sql.raw('sends + 1'),
      sent_at: unit.now,
      resend_at: code.resendAt,
      expires_at: code.expiresAt,
    })
    .returning('*')
  return orNull(rows[0])
}

/** Count a wrong guess; the last one burns the challenge, and its code with it. */
export async function countWrongGuess(unit: Unit, id: string): Promise<void> {
  await unit
    .sql('challenges')
    .where({ id })
    .update({
      tries_left: unit.sql.raw('tries_left - 1'),
      state: unit.sql.raw("case when tries_left <= 1 then 'burnt' else state end"),
      code_sealed: unit.sql.raw('case when tries_left > 1 then code_sealed end'),
    })
}

export async function close(unit: Unit, id: string): Promise<void> {
  await unit.sql('challenges').where({ id }).update({ state: 'passed', code_sealed: null })
}

/** Others who would send codes under one of these keys wait until the unit ends. */
export async function lockSends(unit: Unit, keys: readonly string[]): Promise<void> {
  // In one order everywhere, so that two who lock the same keys wait for each other instead of both.
  await unit.sql.raw(
    `select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(cast(? as text[])) as wanted (key)`,
    [keys.map((key) => `code ${key}`).sort()],
  )
}

/** What one realm, or this deployment, sent to an address or for a subject within a day, newest first. */
export async function recentSends(
  view: View,
  { realmId, destination, subject }: Pick<Send, 'realmId' | 'destination' | 'subject'>,
): Promise<readonly Sent[]> {
  const since = secondsAfter(view.now, -86_400)
  const sends = view.sql('code_sends').where((either) => either.where({ destination }).orWhere({ subject }))
  if (realmId === null) sends.whereNull('realm_id')
  else sends.where({ realm_id: realmId })
  const rows: { channel: Channel | null; sent_at: Date }[] = await sends
    .andWhere('sent_at', '>', since)
    .orderBy('sent_at', 'desc')
    .select('channel', 'sent_at')
  return rows.map((row) => ({ channel: row.channel, sentAt: row.sent_at }))
}

/** What a realm has asked of whoever holds an address since a moment, and what is open, newest first. */
export async function ofDestination(
  view: View,
  realmId: string,
  destination: string,
  since: Date,
): Promise<readonly StoredChallenge[]> {
  const rows: ChallengeRow[] = await view
    .sql('challenges')
    .where({ realm_id: realmId, destination, purpose: 'project' })
    .andWhere((recent) => recent.where('created_at', '>', since).orWhere({ state: 'open' }))
    .orderBy('id', 'desc')
  return rows.map(fromRow)
}

/** A code that went to a phone of some prefix, and whether it came back. */
export interface PrefixSend {
  readonly sentAt: Date
  readonly isUsed: boolean
  readonly judged: Judged
}

/** The codes that went to phones of a prefix since a moment, oldest first. */
export async function sendsToPrefix(view: View, prefix: string, since: Date): Promise<readonly PrefixSend[]> {
  const rows: { sent_at: Date; used_at: Date | null; judged: Judged }[] = await view
    .sql('code_sends')
    .where({ prefix })
    .andWhere('sent_at', '>', since)
    .orderBy('sent_at')
    .limit(1000)
    .select('sent_at', 'used_at', 'judged')
  return rows.map((row) => ({ sentAt: row.sent_at, isUsed: row.used_at !== null, judged: row.judged }))
}

/** Note that a code goes out; `prefix` is null when it costs nothing. */
export async function recordSend(unit: Unit, send: Send & { readonly prefix: string | null }): Promise<void> {
  await unit.sql('code_sends').insert({
    challenge_id: send.challengeId,
    realm_id: send.realmId,
    channel: send.channel,
    destination: send.destination,
    subject: send.subject,
    prefix: send.prefix,
    judged: send.judged ?? 'answer',
    sent_at: unit.now,
  })
}

/** A challenge's code came back: all that was sent for it served its purpose. */
export async function markUsed(unit: Unit, challengeId: string): Promise<void> {
  await unit.sql('code_sends').where({ challenge_id: challengeId }).update({ used_at: unit.now })
}

/** The ids of the challenges that a person may still answer. */
export async function openOf(view: View, person: Asked): Promise<readonly string[]> {
  return ofPerson(view, person).andWhere({ state: 'open' }).pluck<string[]>('id')
}

/** Delete all of a person's challenges. */
export async function removeOf(unit: Unit, person: Asked): Promise<void> {
  await ofPerson(unit, person).delete()
}

interface Asked {
  readonly id: string
  readonly username: string
}

/**
 * What is asked of a person stands under their id; a sign-in, and the registration that they came by, under its own, with
 * theirs or their username in what waits with it; others may be registering with that name.
 */
function ofPerson(view: View, { id, username }: Asked) {
  const ours = view.sql('challenges').whereNull('realm_id')
  return ours.andWhere((own) => {
    own.where({ subject: id }).orWhereRaw(`payload ->> 'user_id' = ?`, [id])
    own.orWhereRaw(`payload ->> 'username' = ? and state = 'passed'`, [username])
  })
}

/** Delete what was sent and asked before a moment. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('code_sends').where('sent_at', '<', moment).delete()
  await unit.sql('challenges').where('expires_at', '<', moment).delete()
}

function fromRow(row: ChallengeRow): StoredChallenge {
  return {
    id: row.id,
    purpose: row.purpose,
    subject: row.subject,
    realmId: row.realm_id,
    channel: row.channel,
    destination: row.destination,
    payload: row.payload,
    sends: row.sends,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    resendAt: row.resend_at ?? beforeItWasNoted(row),
    state: row.state,
    codeMac: row.code_mac,
    codeSealed: row.code_sealed,
    triesLeft: row.tries_left,
    judged: row.judged,
  }
}

/** A challenge of a process that is older than the column; all that were then are this deployment's own. */
function beforeItWasNoted({ channel, sent_at, created_at }: ChallengeRow): Date {
  return secondsAfter(sent_at ?? created_at, channel === null ? 0 : OWN.resendSeconds[channel])
}

function orNull(row: ChallengeRow | undefined): StoredChallenge | null {
  return row ? fromRow(row) : null
}

function made([row]: readonly ChallengeRow[]): StoredChallenge {
  if (!row) throw new Error('A challenge was not written.')
  return fromRow(row)
}
