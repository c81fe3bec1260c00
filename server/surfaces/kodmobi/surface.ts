import { defineSurface } from '#kit/endpoint'
import type { Caller, Limit } from '#kit/limit'
import { ErrorSchema, renderFault } from './dialect/errors.ts'
import { MOUNTS } from './dialect/families.ts'
import { refusalOf } from './dialect/refusals.ts'
import { eitherKey, isServer, secretKey } from './keys.ts'

const HOUR = 3600

/** Anybody asks who reads the key of a page; a server that shows the secret one speaks for many people. */
const byVisitor = {
  by: ({ ip, viewerId }: Caller) => (isServer(viewerId) ? null : ip),
  counts: 'per address, with the public key',
}

/** Every limit of this surface. Codes, tries, sessions and money are counted in the database, by what they are for. */
const limits = {
  send: [
    { points: 300, perSeconds: 60, by: 'ip' },
    { points: 6000, perSeconds: 60, by: 'viewer' },
    { points: 60, perSeconds: HOUR, ...byVisitor },
  ],
  check: [
    { points: 300, perSeconds: 60, by: 'ip' },
    { points: 6000, perSeconds: 60, by: 'viewer' },
    { points: 120, perSeconds: HOUR, ...byVisitor },
  ],
  read: [
    { points: 300, perSeconds: 60, by: 'ip' },
    { points: 6000, perSeconds: 60, by: 'viewer' },
  ],
} satisfies Record<string, Limit>

/** One-time codes as a service: the kod.mobi API, in all its generations. */
export const kodmobi = defineSurface({
  name: 'kodmobi',
  title: 'kod.mobi API',
  version: '2.0.0',
  description:
    'One-time codes as a service: create a session for a phone, have a code sent by SMS, WhatsApp or Telegram, and check ' +
    'what the user typed. Send the key of the project as `x-api-key`. Messages answer in an envelope, ' +
    '`{"success":true,"data":{…}}`; sessions, the newer way to ask the same, answer bare objects.',
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
  contact: { name: 'Kadoink' },
  tags: {
    Message: 'Codes, as the API page has them: by GET and by POST, in an envelope.',
    Channel: 'Whether a channel reaches somebody.',
    Session: 'The same with bare answers, for phones and e-mail addresses.',
    Server: 'What the server of a project asks, with the secret key. Pages of other origins get no CORS headers here.',
  },
  mounts: MOUNTS,
  schemes: { public_key: eitherKey, secret_key: secretKey },
  gates: {},
  limits,
  bodyLimit: 16 * 1024,
  error: ErrorSchema,
  crossOrigin: {
    headers: [
      'x-api-key',
      'content-type',
      'accept',
      'accept-language',
      'x-cf-turnstile-token',
      'idempotency-key',
      'x-request-id',
      'x-requested-with',
    ],
    rememberedSeconds: 7200,
  },
  renderFault,
  describeFault: (type) => ({ name: refusalOf(type).sysMessage, says: refusalOf(type).says.en }),
})
