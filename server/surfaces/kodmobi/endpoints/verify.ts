import * as codes from '#domain/codes'
import { asked, Lang, VerifyToken } from '../dialect/asked.ts'
import { MESSAGES, SERVERS } from '../dialect/families.ts'
import { envelope, enveloped } from '../presenters/envelope.ts'
import { PersonSchema, presentPerson } from '../presenters/person.ts'
import { kodmobi } from '../surface.ts'

const common = {
  method: 'POST',
  tag: 'Server',
  auth: 'secret_key',
  limit: 'check',
  status: 200,
  notes: 'A token works once, within three minutes after the check that gave it, for the project that it was given to.',
  body: asked({ verify_token: VerifyToken, lang: Lang }),
  faults: [codes.TokenUnknown],
} as const

export const verifyMessage = kodmobi.endpoint({
  ...common,
  mounts: MESSAGES,
  path: '/message/verify',
  summary: 'Exchange a token for the phone',
  reply: enveloped(PersonSchema),
  handle: async ({ unit, viewer, body }) =>
    envelope(presentPerson(await codes.exchange(unit, viewer.realm, body.verify_token))),
})

export const verify = kodmobi.endpoint({
  ...common,
  mounts: SERVERS,
  path: '/verify',
  summary: 'Exchange a token for the address',
  reply: PersonSchema,
  handle: async ({ unit, viewer, body }) => presentPerson(await codes.exchange(unit, viewer.realm, body.verify_token)),
})
