import type { Realm } from '#domain/realms'
import type { Channel } from '#domain/verification'
import { secondsAfter } from '#kit/clock'
import { ValidationFailed } from '#kit/fault'
import { newDigits } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { channelStates, readyChannel } from './channels.ts'
import { readDestination } from './destination.ts'
import { ManualMessageFinished } from './events.ts'
import { MessageNotFound } from './faults.ts'
import { hideCode, readCode } from './given-code.ts'
import * as messages from './manual-store.ts'
import { languageOf, type ManualMessage, type ManualStatus } from './model.ts'
import { sendOut } from './sending.ts'
import * as store from './store.ts'

/** A message that a realm sends and checks itself. */
export interface WantedMessage {
  readonly to: string
  readonly channel: Channel
  /** One of `providersOf`; absent: the first. */
  readonly providerId?: string | null | undefined
  /** 4 to 6 digits, plain or encrypted; absent: a random code. */
  readonly code?: string | null | undefined
  /** Where it is told what has become of it; absent: where the realm says. */
  readonly callbackUrl?: string | null | undefined
  readonly language?: string | null | undefined
}

/** By whom a channel's messages are carried. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly type: Channel
  /** Part of this server, not something that the realm has brought along. */
  readonly isSystem: boolean
}

/** Of these nobody reports whether they have arrived: handed over is the last that is heard. */
const UNREPORTED: ReadonlySet<Channel> = new Set<Channel>(['email', 'telegram'])
const RANK: Readonly<Record<ManualStatus, number>> = { queued: 0, sending: 1, sent: 2, delivered: 3, failed: 3 }
/** Reports that have not come after so long do not come any more. */
const SILENT_SECONDS = 3600
const AT_ONCE = 200

/** Who carries the messages of a channel. */
export function providersOf(channel: Channel): readonly Provider[] {
  return [{ id: channel, name: 'Kadoink', type: channel, isSystem: true }]
}

/**
 * Have a code sent that the realm checks itself; asked for with the secret key. Throws `ValidationFailed` (`phone`, `to`,
 * `code`, `provider_id`), `ChannelNotAllowedCountry`, `ProjectHasNoChannels`, `ProjectHasNoChannel`,
 * `UserNotAuthorizedOnChannel`, `SentTooEarly`, `Blocked`, `WrongBalance`.
 */
export async function sendManually(unit: Unit, realm: Realm, wanted: WantedMessage): Promise<ManualMessage> {
  const { channel, callbackUrl, providerId } = wanted
  if (providerId && !providersOf(channel).some(({ id }) => id === providerId)) {
    throw ValidationFailed({ fields: { provider_id: 'There is no such provider for this channel.' } })
  }
  const asked = readDestination(realm, wanted.to)
  const given =
    wanted.code === null || wanted.code === undefined ? null : await readCode(unit, realm, wanted.code, true)
  const recipient = await store.lockRecipient(unit, realm.id, asked.destination)
  const chosen = readyChannel(await channelStates(unit, realm, asked), channel, recipient)
  const code = given?.code ?? newDigits(realm.settings.codeLength)
  const told = { project: realm.name, language: languageOf(realm.settings, wanted.language), isTest: false }
  const to = { purpose: 'manual', destination: asked.destination } as const
  const { id } = await sendOut(unit, realm, to, { channel: chosen.type, code, judged: 'nobody', told })
  const url = callbackUrl ?? realm.settings.callbackUrl
  const message = await messages.insert(unit, { id, realmId: realm.id, channel: chosen.type, callbackUrl: url })
  return shown(message, await hideCode(unit, realm, code))
}

/** A realm's message by its number. Throws `MessageNotFound`. */
export async function manualMessage(view: View, realm: Realm, no: number): Promise<ManualMessage> {
  const message = await messages.findByNo(view, realm.id, no)
  if (!message) throw MessageNotFound()
  return shown(message, null)
}

/** What is told, and where, once a message is finished; null when nobody wants to know. */
export async function callbackOf(
  view: View,
  messageId: string,
): Promise<{ readonly url: string; readonly realmId: string; readonly message: ManualMessage } | null> {
  const message = await messages.findById(view, messageId)
  if (!message || message.callbackUrl === null) return null
  return { url: message.callbackUrl, realmId: message.realmId, message: shown(message, null) }
}

/**
 * Whoever carries a code says how far it has come; `challengeId` is that of its `CodeIssued`. A code that is no manual
 * message, and reports that come late, twice or after the end, change nothing.
 */
export async function reportManual(
  unit: Unit,
  challengeId: string,
  { status, error = null }: { readonly status: ManualStatus; readonly error?: string | null },
): Promise<void> {
  const message = await messages.lock(unit, challengeId)
  if (!message || message.isFinished || RANK[status] <= RANK[message.status]) return
  await advance(unit, message, status, error)
}

/**
 * Messages of which nothing more is heard are finished as they stand: what went out is `sent`, what was handed over and
 * never confirmed has failed as what was never handed over has, for another reason.
 */
export async function finishSilent(unit: Unit): Promise<void> {
  const silent = await messages.lockUnfinished(unit, secondsAfter(unit.now, -SILENT_SECONDS), AT_ONCE)
  for (const message of silent) {
    const isOut = message.status === 'sent'
    const why = message.status === 'sending' ? 'unconfirmed' : 'not_sent'
    await finish(unit, message, isOut ? 'sent' : 'failed', isOut ? null : why)
  }
}

async function advance(unit: Unit, message: messages.StoredMessage, status: ManualStatus, error: string | null) {
  const isLast = RANK[status] === RANK.failed || (status === 'sent' && UNREPORTED.has(message.channel))
  if (isLast) return finish(unit, message, status, error)
  await messages.advance(unit, message.id, { status, error, isFinished: false })
}

async function finish(unit: Unit, { id }: messages.StoredMessage, status: ManualStatus, error: string | null) {
  await messages.advance(unit, id, { status, error, isFinished: true })
  unit.emit(ManualMessageFinished, { message_id: id }, [])
}

function shown({ no, channel, status, error }: messages.StoredMessage, code: string | null): ManualMessage {
  return { no, channel, status, error, code }
}
