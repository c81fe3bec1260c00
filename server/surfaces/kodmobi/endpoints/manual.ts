import { z } from 'zod'
import * as codes from '#domain/codes'
import { asked, CallbackUrl, ChannelName, DestinationText, Lang, OptionalText, OwnCode } from '../dialect/asked.ts'
import { SERVERS } from '../dialect/families.ts'
import { wantedLanguage } from '../dialect/language.ts'
import { SENDING } from '../dialect/refusable.ts'
import {
  ManualChannelSchema,
  ManualMessageSchema,
  ManualSentSchema,
  presentManual,
  presentManualChannels,
  presentManualSent,
} from '../presenters/manual.ts'
import { kodmobi } from '../surface.ts'

const common = { mounts: SERVERS, tag: 'Server', auth: 'secret_key', status: 200 } as const

export const manualChannels = kodmobi.endpoint({
  ...common,
  method: 'GET',
  path: '/manual/channels',
  summary: 'Channels, and who carries their messages',
  limit: 'read',
  reply: z.array(ManualChannelSchema),
  handle: async ({ view, viewer }) => presentManualChannels(await codes.channelsOf(view, viewer.realm, null)),
})

export const sendManually = kodmobi.endpoint({
  ...common,
  method: 'POST',
  path: '/manual/send',
  summary: 'Send a code that you check yourself',
  notes:
    'There is no session: the code comes back encrypted with the secret key, and comparing it is yours. Once nothing more ' +
    'becomes of the message, it is POSTed to `callback_url`, or to the address in the settings of the project, as ' +
    '`GET /manual/message/{id}` shows it. `X-Callback-Id` is the same however often it is told; `X-Callback-Signature` is ' +
    '`t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` with the secret key. What is not answered with 2xx is ' +
    'told again for a day; 410 ends it. Private addresses are never asked.',
  limit: 'send',
  body: asked({
    to: DestinationText,
    channel: ChannelName,
    provider_id: OptionalText,
    code: OwnCode,
    callback_url: CallbackUrl,
    lang: Lang,
  }),
  reply: ManualSentSchema,
  faults: [codes.ChannelNotAllowedCountry, ...SENDING],
  idempotent: true,
  async handle({ unit, viewer, request, body }) {
    const language = wantedLanguage(request.headers, body.lang)
    const { to, channel, code, provider_id: providerId, callback_url: callbackUrl } = body
    const wanted = { to, channel, code, providerId, callbackUrl, language }
    return presentManualSent(await codes.sendManually(unit, viewer.realm, wanted), language ?? 'en')
  },
})

export const manualMessage = kodmobi.endpoint({
  ...common,
  method: 'GET',
  path: '/manual/message/{id}',
  summary: 'What has become of a message',
  notes: 'A list with the one message, as clients of this API expect it.',
  limit: 'read',
  params: z.object({ id: z.string() }),
  reply: z.array(ManualMessageSchema),
  faults: [codes.MessageNotFound],
  async handle({ view, viewer, params: { id } }) {
    if (!/^[1-9]\d{0,14}$/.test(id)) throw codes.MessageNotFound()
    return [presentManual(await codes.manualMessage(view, viewer.realm, Number(id)))]
  },
})
