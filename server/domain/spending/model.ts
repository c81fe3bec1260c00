import { countryOf } from '#domain/phones'

/** Something that the carrier bills. */
export interface Purchase {
  /** The order's own name: an order that is given again costs once. */
  readonly orderKey: string
  readonly kind: 'call' | 'text' | 'whatsapp'
  /** E.164. */
  readonly phone: string
  /** How many parts a text is billed as. */
  readonly segments?: number
}

const HOME = new Set(['US', 'CA'])
/** How long an answered call is taken to last. */
const USUAL_MINUTES = 5

/**
 * What things cost, in millionths of a dollar: rounded up from Twilio's public prices (twilio.com/pricing) of late
 * 2026, and for WhatsApp those of WhatsApp's authentication messages with them. An estimate that only has to be of the right size: it stops a flood, it is no bill.
 */
const PRICES = {
  home: { call: 14_000, text: 12_000, whatsapp: 25_000 },
  abroad: { call: 150_000, text: 100_000, whatsapp: 80_000 },
} as const

/** What a purchase is taken to cost, in millionths of a dollar. */
export function estimate({ kind, phone, segments = 1 }: Purchase): number {
  const price = PRICES[HOME.has(countryOf(phone) ?? '') ? 'home' : 'abroad'][kind]
  return kind === 'call' ? price * USUAL_MINUTES : price * segments
}
