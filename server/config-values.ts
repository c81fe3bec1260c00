import { z } from 'zod'

/** What values of the environment may be: several, separated by commas; what is empty is left out. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
/** `1` or `0`. */
export const flag = z.enum(['0', '1']).transform((text) => text === '1')
/** The address of a server that is spoken to by one of these schemes. */
export const serverUrl = (schemes: RegExp, error: string) =>
  z.string().refine((text) => URL.canParse(text) && schemes.test(new URL(text).protocol), { error })
/** An address whose paths are ours. */
export const rootUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => URL.canParse(url) && new URL(url).href === `${new URL(url).origin}/`,
    'Send an address without a path.',
  )
  .transform((url) => url.replace(/\/$/, ''))
/**
 * Where pages come from, as browsers write it: `https://app.example`, `capacitor://localhost`. They compare letter by
 * letter, so what nobody can come from is refused, and a slash at the end is left out.
 */
export const origins = list
  .refine((all) => all.every((one) => /^[a-z][\w+.-]*:\/\/[^\s/?#@*]+\/?$/i.test(one) && URL.canParse(one)), {
    error: 'Send origins such as https://app.example, separated by commas; there is no * for all.',
  })
  .transform((all) => all.map(originOf))
/** `someone@example.com`, or `Name <someone@example.com>`. */
export const sender = z.string().regex(/^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
  error: 'Send an address, or a name and an address: Kadoink <no-reply@kadoink.example>.',
})
/** A port; 0 is any that is free. */
export const port = z.coerce.number().int().min(0).max(65_535)
/** An address, without a trailing slash. */
export const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
/** Phone numbers, E.164. */
export const numbers = list.refine(
  (all) => all.every((number) => /^\+[1-9]\d{6,14}$/.test(number)),
  'Send E.164 numbers, separated by commas.',
)

/** What Stripe calls a price. */
export const price = z.string().regex(/^price_\w+$/, 'Send the id of a price: price_….')

/** ISO 3166-1 alpha-2 codes, or `*` for all. */
export const countries = list
  .refine((all) => all.every((code) => code === '*' || /^[A-Z]{2}$/.test(code)), 'Send ISO country codes, or *.')
  .transform((all): ReadonlySet<string> | 'all' => (all.includes('*') ? 'all' : new Set(all)))

/** `host:port`, exactly; an IPv6 address in brackets. */
export const places = list.refine(
  (all) => all.every((place) => /^([\w.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i.test(place)),
  'Send host:port, separated by commas.',
)

/** `HX…` for all languages, or `en=HX…,ru=HX…`. */
export const templates = list
  .refine((all) => all.every((one) => /^((en|ru)=)?HX[0-9a-f]{32}$/i.test(one)), 'Send HX…, or en=HX…,ru=HX….')
  .transform(
    (all): Readonly<Partial<Record<'en' | 'ru', string>>> =>
      Object.fromEntries(
        all.flatMap((one) => {
          const [first = '', sid] = one.split('=')
          return sid === undefined
            ? [
                ['en', first],
                ['ru', first],
              ]
            : [[first, sid]]
        }),
      ),
  )

/** Only schemes of the web have origins that the library knows. */
function originOf(text: string): string {
  const { origin } = new URL(text)
  return origin === 'null' ? text.replace(/\/$/, '').toLowerCase() : origin
}
