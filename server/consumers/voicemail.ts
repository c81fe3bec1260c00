import { MessageChanged } from '#domain/inbox'
import { messageDeleted } from '#domain/voicemail'
import { defineProjection, type Projection } from '#kit/consumer'

/** What a message leaves behind that has been deleted: its sound, and what the carrier still has of it. */
export function leftovers(): Projection {
  return defineProjection('leftovers', (on) => {
    on(MessageChanged, async (unit, { data }) => {
      if (data.change === 'deleted') await messageDeleted(unit, data.message_id)
    })
  })
}
