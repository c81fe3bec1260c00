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
