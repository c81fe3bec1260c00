import { z } from 'zod'
import * as codes from '#domain/codes'
import type { Endpoint } from '#kit/endpoint'
import { asked, ChannelName, DestinationText, Lang, OptionalSession, SessionText, TypedCode } from '../dialect/asked.ts'
import type { Challenged } from '../dialect/challenge.ts'
import { SESSIONS, SETTINGS } from '../dialect/families.ts'
import { wantedLanguage } from '../dialect/language.ts'
import { CHECKING, CREATING, GOING_ON, SENDING } from '../dialect/refusable.ts'
import { sessionIdOf } from '../dialect/sessions.ts'
import { CREATING_WISHES, SENDING_WISHES, shownTo, wishesOf } from '../dialect/wishes.ts'
import { ChannelSchema, presentChannel } from '../presenters/channel.ts'
import {
  CheckedSchema,
  presentChecked,
  presentSentCode,
  presentSession,
  SentCodeSchema,
  SessionSchema,
} from '../presenters/session.ts'
import { presentSettings, SettingsSchema } from '../presenters/settings.ts'
import { kodmobi } from '../surface.ts'

const common = { mounts: SESSIONS, tag: 'Session', auth: 'public_key', status: 200 } as const

/** The same as messages, for phones and e-mail addresses, with bare answers. */
export function sessionEndpoints(challenged: Challenged): readonly Endpoint[] {
  return [
    kodmobi.endpoint({
      ...common,
      method: 'GET',
      mounts: SETTINGS,
      path: '/settings',
      summary: 'Settings of the project',
      notes: 'What a page needs to know before it asks for a code; with a session, in its language.',
      limit: 'read',
      query: asked({ session_id: OptionalSession, lang: Lang }),
      reply: SettingsSchema,
      faults: GOING_ON,
      async handle({ view, viewer: { realm }, request, query }) {
        const session = query.session_id ? await codes.get(view, realm, sessionIdOf(query.session_id)) : null
        return presentSettings(realm, wantedLanguage(request.headers, query.lang) ?? session?.language ?? null)
      },
    }),

    kodmobi.endpoint({
      ...common,
      method: 'GET',
      path: '/channels',
      summary: 'Channels',
      notes:
        "The project's channels in its order; with a session, those that can reach who is asked, and how each stands.",
      limit: 'read',
      query: asked({ session_id: OptionalSession, lang: Lang }),
      reply: z.array(ChannelSchema),
      faults: GOING_ON,
      async handle({ view, viewer: { realm }, request, query }) {
        const channels = await codes.channelsOf(view, realm, query.session_id ? sessionIdOf(query.session_id) : null)
        return channels.map((channel) => presentChannel(channel, shownTo(view, request, query.lang)))
      },
    }),

    kodmobi.endpoint({
      ...common,
      method: 'POST',
      path: '/create',
      summary: 'Create a session',
      notes:
        'Opens a session for a phone or an e-mail address, or gives the one that lives, and sends its code unless that was ' +
        'done within the last minute.',
      limit: 'send',
      mode: 'manual',
      idempotent: true,
      body: asked({ to: DestinationText, ...CREATING_WISHES }),
      reply: SessionSchema,
      faults: CREATING,
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const wanted = { to: body.to, isSent: body.send, ...wishesOf(viewer, request, body) }
        return commit(async (unit) => {
          const opened = await codes.open(unit, viewer.realm, wanted)
          return presentSession(opened, shownTo(unit, request, body.lang))
        })
      },
    }),

    kodmobi.endpoint({
      ...common,
      method: 'POST',
      path: '/send',
      summary: 'Send a code by a channel',
      notes: 'The code before it stops working.',
      limit: 'send',
      mode: 'manual',
      idempotent: true,
      body: asked({ session_id: SessionText, type: ChannelName, ...SENDING_WISHES }),
      reply: SentCodeSchema,
      faults: [...GOING_ON, codes.ChallengeFailed, ...SENDING],
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const wanted = { sessionId: sessionIdOf(body.session_id), ...wishesOf(viewer, request, body) }
        return commit(async (unit) => {
          const sent = await codes.send(unit, viewer.realm, wanted)
          return presentSentCode(sent, shownTo(unit, request, body.lang))
        })
      },
    }),

    kodmobi.endpoint({
      ...common,
      method: 'POST',
      path: '/check',
      summary: 'Check what was typed',
      notes: 'The right code gives a token, which your server exchanges at `/verify`. A wrong one costs a try.',
      limit: 'check',
      mode: 'manual',
      body: asked({ session_id: SessionText, code: TypedCode, lang: Lang }),
      reply: CheckedSchema,
      faults: CHECKING,
      async handle({ database, commit, viewer, request, body }) {
        await challenged(database, viewer, request)
        const typed = { sessionId: sessionIdOf(body.session_id), code: body.code }
        return commit(async (unit) => presentChecked(await codes.check(unit, viewer.realm, typed)))
      },
    }),
  ]
}
