import { ktagDeleted } from '#domain/avatars'
import { KtagChanged } from '#domain/tags'
import { defineProjection, type Projection } from '#kit/consumer'

/** The picture of a tag that has been deleted goes with it. */
export function avatarsOfDeleted(): Projection {
  return defineProjection('avatars', (on) => {
    on(KtagChanged, async (unit, { data }) => {
      if (data.change === 'deleted') await ktagDeleted(unit, data.ktag_id)
    })
  })
}
