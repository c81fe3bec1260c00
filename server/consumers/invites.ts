import { ktagGone, textFailed } from '#domain/invites'
import { KtagChanged } from '#domain/tags'
import { TextFailed } from '#domain/texts'
import { defineProjection, type Projection } from '#kit/consumer'

/** What becomes of invites whose text does not arrive, and whose tag is deleted. */
export const inviteOutcomes: Projection = defineProjection('invite-outcomes', (on) => {
  on(TextFailed, (unit, { data }) => textFailed(unit, { id: data.text_id, purpose: data.purpose }))

  on(KtagChanged, async (unit, { data }) => {
    if (data.change === 'deleted') await ktagGone(unit, data.ktag_id)
  })
})
