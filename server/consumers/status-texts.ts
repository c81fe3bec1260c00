import { clearWithoutKtag, FanoutBegun, release } from '#domain/statuses'
import { KtagChanged } from '#domain/tags'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import type { Database } from '#kit/unit'

/**
 * Hands on the texts of statuses as soon as they are posted; what has to wait is handed on by a job. Clears away what was
 * said on a tag that is deleted.
 */
export function statusTexts(database: Database): Effect {
  return defineEffect(
    'status texts',
    (event) => dataField(event, 'status_id') || dataField(event, 'ktag_id'),
    (on) => {
      on(FanoutBegun, ({ data }) => release(database, data.status_id))
      on(KtagChanged, async ({ data }) => {
        if (data.change === 'deleted') await clearWithoutKtag(database)
      })
    },
  )
}
