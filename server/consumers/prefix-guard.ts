import { blockAround } from '#domain/destinations'
import { TextFailed } from '#domain/texts'
import { defineProjection, type Projection } from '#kit/consumer'

/** Twilio's words for "texts to numbers like this one are being pumped": error 30450, and 60410 of Verify. */
const PUMPED: ReadonlySet<number> = new Set([30_450, 60_410])

/** Leaves the numbers around one alone for a while when the carrier says that texts there are fraudulent. */
export const prefixGuard: Projection = defineProjection('prefix-guard', (on) => {
  on(TextFailed, async (unit, { data }) => {
    if (data.error_code === null || !PUMPED.has(data.error_code)) return
    await blockAround(unit, data.phone, `carrier_${data.error_code}`)
  })
})
