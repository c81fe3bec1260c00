import { MobileVerified } from '#domain/accounts'
import { adoptPhoneFollows, endPhoneFollows } from '#domain/tags'
import { TextReceived } from '#domain/texts'
import { defineProjection, type Projection } from '#kit/consumer'

/** What becomes of what a phone follows without an account, when it gets one, and when it wants no texts any more. */
export const phoneFollows: Projection = defineProjection('phone-follows', (on) => {
  on(MobileVerified, (unit, { data }) => adoptPhoneFollows(unit, data.user_id))

  on(TextReceived, async (unit, { data }) => {
    if (data.keyword === 'stop') await endPhoneFollows(unit, data.phone)
  })
})
