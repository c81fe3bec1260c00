import { z } from 'zod'
import type { Opened, SentCode } from '#domain/codes'
import type { Shown } from '../dialect/language.ts'
import { UlidSchema, ulidOf } from '../dialect/ulid.ts'
import { ChannelSchema, presentChannel } from './channel.ts'

const sent_to = z
  .enum(['sms', 'whatsapp', 'telegram', 'email', 'voice', 'none'])
  .describe('The channel that the newest code went by; `none` before the first.')

const test_code = z
  .string()
  .optional()
  .describe('The code of a test, which is not sent: only for whoever shows the secret key.')

/** A session as messages answer it. */
export const CreatedSchema = z
  .object({ session_id: UlidSchema, sent_to, client_channels: z.array(ChannelSchema), test_code })
  .meta({ id: 'CreatedMessage' })

/** A code that was sent, as messages answer it: the channel that it went by, and how all of them stand now. */
export const SentSchema = z
  .object({ session_id: UlidSchema, client_channel: ChannelSchema, client_channels: z.array(ChannelSchema), test_code })
  .meta({ id: 'SentMessage' })

/** A session as the newer families answer it. */
export const SessionSchema = z
  .object({
    session_id: UlidSchema,
    session_expired_at: z.iso.datetime(),
    sent_to,
    channels: z.array(ChannelSchema),
    test_code,
  })
  .meta({ id: 'Session' })

/** A code that was sent, as the newer families answer it. */
export const SentCodeSchema = z
  .object({ session_id: UlidSchema, session_expired_at: z.iso.datetime(), channel: ChannelSchema, test_code })
  .meta({ id: 'SentCode' })

/** A code that has come back. */
export const CheckedSchema = z
  .object({
    verify_token: z.string().describe('Proves it, once and within three minutes, to whoever has the secret key.'),
    is_test: z.boolean(),
  })
  .meta({ id: 'Checked' })

export function presentCreated(opened: Opened, shown: Shown): z.output<typeof CreatedSchema> {
  const { session, channels } = opened
  return {
    session_id: ulidOf(session.id),
    sent_to: session.sentTo ?? 'none',
    client_channels: channels.map((channel) => presentChannel(channel, shown)),
    ...testCode(opened),
  }
}

export function presentSent(sent: SentCode, shown: Shown): z.output<typeof SentSchema> {
  return {
    session_id: ulidOf(sent.session.id),
    client_channel: presentChannel(sent.channel, shown),
    client_channels: sent.channels.map((channel) => presentChannel(channel, shown)),
    ...testCode(sent),
  }
}

export function presentSession(opened: Opened, shown: Shown): z.output<typeof SessionSchema> {
  const { session, channels } = opened
  return {
    session_id: ulidOf(session.id),
    session_expired_at: session.expiresAt.toISOString(),
    sent_to: session.sentTo ?? 'none',
    channels: channels.map((channel) => presentChannel(channel, shown)),
    ...testCode(opened),
  }
}

export function presentSentCode(sent: SentCode, shown: Shown): z.output<typeof SentCodeSchema> {
  return {
    session_id: ulidOf(sent.session.id),
    session_expired_at: sent.session.expiresAt.toISOString(),
    channel: presentChannel(sent.channel, shown),
    ...testCode(sent),
  }
}

export function presentChecked(checked: { verifyToken: string; isTest: boolean }): z.output<typeof CheckedSchema> {
  return { verify_token: checked.verifyToken, is_test: checked.isTest }
}

function testCode({ testCode: code }: Opened): { test_code?: string } {
  return code === null ? {} : { test_code: code }
}
