import { hear, type IncomingTools } from '#domain/incoming'
import { MediaSettled } from '#domain/mms'
import { TextReceived } from '#domain/texts'
import { dataField, defineEffect, type Effect } from '#kit/consumer'

/** Understands what people text us: the texts of one phone one after the other, those with media once these are there. */
export function incomingTexts(tools: IncomingTools): Effect {
  return defineEffect(
    'incoming texts',
    (event) => dataField(event, 'phone') || dataField(event, 'text_id'),
    (on) => {
      on(TextReceived, async ({ data }) => {
        if (data.keyword === null) await hear(tools, data.text_id)
      })
      on(MediaSettled, ({ data }) => hear(tools, data.text_id))
    },
  )
}
