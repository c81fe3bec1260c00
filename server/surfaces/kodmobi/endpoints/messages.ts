import * as codes from '#domain/codes'
import type { Endpoint } from '#kit/endpoint'
import { asked, ChannelName, Lang, OptionalChannel, PhoneText, SessionText, TypedCode } from '../dialect/asked.ts'
import type { Challenged } from '../dialect/challenge.ts'
import { MESSAGES } from '../dialect/families.ts'
import { CHECKING, CREATING, GOING_ON, SENDING } from '../dialect/refusable.ts'
import { sessionIdOf } from '../dialect/sessions.ts'
import { CREATING_WISHES, SENDING_WISHES, shownTo, wishesOf } from '../dialect/wishes.ts'
import { ChannelSchema, presentChannel } from '../presenters/channel.ts'
import { envelope, enveloped } from '../presenters/envelope.ts'
import {
  CheckedSchema,
  CreatedSchema,
  presentChecked,
  presentCreated,
  presentSent,
  SentSchema,
} from '../presenters/session.ts'
import { kodmobi } from '../surface.ts'

const common = { mounts: MESSAGES, method: 'GET', also: ['POST'], auth: 'public_key', status: 200 } as const

/** Codes as the API page has them: by GET and by POST, in an envelope. */
export function messageEndpoints(challenged: Challenged): readonly Endpoint[] {
  return [
    kodmobi.endpoint({
      ...common,
      path: '/message/create',
      tag: 'Message',
      summary: 'Create a code',
      notes:
        'Opens a session for a phone, or gives the one that lives, and sends its code unless that was done within the ' +
        'last minute. A session lives three minutes after its newest code.',
      limit: 'send',
      mode: 'manual',
      idempotent: true,
      body: asked({ phone: PhoneText, ...CREATING_WISHES }),
      reply: enveloped(CreatedSchema),
      faults: CREATING,
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const wanted = { to: body.phone, isPhone: true, isSent: body.send, ...wishesOf(viewer, request, body) }
        return commit(async (unit) => {
          const opened = await codes.open(unit, viewer.realm, wanted)
          return envelope(presentCreated(opened, shownTo(unit, request, body.lang)))
        })
      },
    }),

    kodmobi.endpoint({
      ...common,
      path: '/message/send',
      tag: 'Message',
      summary: 'Send a code',
      notes: 'Sends a new code, by another channel if you like; the one before stops working.',
      limit: 'send',
      mode: 'manual',
      idempotent: true,
      body: asked({ session_id: SessionText, type: OptionalChannel, ...SENDING_WISHES }),
      reply: enveloped(SentSchema),
      faults: [...GOING_ON, codes.ChallengeFailed, ...SENDING],
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const wanted = { sessionId: sessionIdOf(body.session_id), ...wishesOf(viewer, request, body) }
        return commit(async (unit) => {
          const sent = await codes.send(unit, viewer.realm, wanted)
          return envelope(presentSent(sent, shownTo(unit, request, body.lang)))
        })
      },
    }),

    kodmobi.endpoint({
      ...common,
      path: '/message/check',
      tag: 'Message',
      summary: 'Check a code',
      notes:
        'The right code ends the session and gives a token, which your server exchanges for the phone. A wrong one costs ' +
        'a try; `error_params.count` says how many are left.',
      limit: 'check',
      mode: 'manual',
      body: asked({ session_id: SessionText, code: TypedCode, lang: Lang }),
      reply: enveloped(CheckedSchema),
      faults: CHECKING,
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const typed = { sessionId: sessionIdOf(body.session_id), code: body.code }
        return commit(async (unit) => envelope(presentChecked(await codes.check(unit, viewer.realm, typed))))
      },
    }),

    kodmobi.endpoint({
      ...common,
      path: '/channel/check',
      aliases: ['/message/check-channel'],
      tag: 'Channel',
      summary: 'Check a channel',
      notes: 'Whether a channel reaches who is asked: Telegram does once they have opened the bot.',
      limit: 'read',
      mode: 'read',
      body: asked({ session_id: SessionText, type: ChannelName, lang: Lang }),
      reply: enveloped(ChannelSchema),
      faults: [...GOING_ON, codes.ProjectHasNoChannel],
      async handle({ view, viewer, request, body }) {
        const channels = await codes.channelsOf(view, viewer.realm, sessionIdOf(body.session_id))
        const channel = channels.find(({ type }) => type === body.type)
        if (!channel) throw codes.ProjectHasNoChannel()
        return envelope(presentChannel(channel, shownTo(view, request, body.lang)))
      },
    }),
  ]
}
