import { z } from 'zod'

/**
 * What is asked of this API, by query or by JSON: numbers may come as numbers, `true` as a word. Each complaint has a
 * sentence in every language (`says.ts`).
 */
const text = (longest: number) =>
  z
    .union([z.string(), z.int().nonnegative().transform(String)], { error: wanting('Send a text.') })
    .pipe(z.string().min(1, 'This field is required.').max(longest, 'That is too long.'))

/** The complaint about what is of the wrong type, or is not there. */
function wanting(sentence: string): (issue: { input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'This field is required.' : sentence)
}

function optionalText(longest: number) {
  return z
    .union([z.string(), z.int().nonnegative().transform(String)], { error: 'Send a text.' })
    .pipe(z.string().max(longest, 'That is too long.'))
    .optional()
    .transform((given) => given || undefined)
}

/** Everything that one request asks. */
export function asked<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.object(shape, 'Send an object.')
}

/** A phone number as people and clients write it. */
export const PhoneText = text(64).describe(
  'Begins with 7, +7 or 8; spaces, dashes and brackets do not count, nor does a `+` that arrived as a space.',
)

/** A phone number or an e-mail address. */
export const DestinationText = text(254).describe('A phone number, or an e-mail address.')

/** The id of a session; one that is none is answered like one that is unknown. */
export const SessionText = text(64).describe('The `session_id` that `create` gave.')

/** A session that may be left out: an empty one is none. */
export const OptionalSession = optionalText(64).describe('The `session_id` that `create` gave.')

/** A text that may be left out. */
export const OptionalText = optionalText(100)

/** Where it is told what has become of a message. */
export const CallbackUrl = optionalText(2000)
  .refine((url) => url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), {
    error: 'Send an address that begins with http:// or https://.',
  })
  .describe('Instead of the one in the settings of the project.')

/** The channels that a client may name. */
export const ChannelName = z.enum(['sms', 'whatsapp', 'telegram', 'email', 'voice'], {
  error: wanting('There is no such channel.'),
})

/** A channel that may be left open: an empty one is none. */
export const OptionalChannel = z
  .union([ChannelName, z.literal('')], { error: 'There is no such channel.' })
  .optional()
  .transform((channel) => channel || undefined)
  .describe(
    'Without it: the channel by which most codes have come back from the user, else WhatsApp, else the first that fits.',
  )

/** A code that the caller has made. */
export const OwnCode = optionalText(300).describe(
  'A code of your own instead of a random one: 4 to 6 digits, or encrypted with the secret key, as `aes_256_cbc_` or ' +
    '`camellia_128_cbc_` with the initial vector and the ciphertext in hex.',
)

/** A code as somebody types it. */
export const TypedCode = text(32)
  .transform((code) => code.replaceAll(/\s/g, ''))
  .pipe(z.string().min(1, 'This field is required.'))
  .describe('What the user typed.')

/** Yes or no, also as a word; `usual` when it is not said. */
export const Flag = <Usual extends boolean | undefined>(usual: Usual) =>
  z
    .union([z.boolean(), z.enum(['true', 'false', '1', '0', '']), z.literal([0, 1])], { error: 'Send true or false.' })
    .optional()
    .transform((flag): boolean | Usual =>
      flag === undefined || flag === '' ? usual : flag === true || flag === 'true' || flag === '1' || flag === 1,
    )

/** What a good check has given. */
export const VerifyToken = text(200).describe('What a good check has given; it works once.')

/** The language that sentences and codes are worded in; any other is as good as none. */
export const Lang = z
  .unknown()
  .optional()
  .meta({ type: 'string', description: '`en` or `ru`; goes before `Accept-Language`.' })
