import * as statuses from '#domain/statuses'
import * as tags from '#domain/tags'
import { presentStatus } from '../presenters/status.ts'
import { frame, type On, viewerOf } from './frames.ts'
import { ktagById, statusById } from './readings.ts'

/** What apps see of statuses: authors of their own, and those who follow a tag, or look at its page, of what is said there. */
export function statusFrames(on: On): void {
  on(statuses.StatusChanged, async ({ view, channel, event: { data } }) => {
    const viewerId = viewerOf(channel)
    type Told = { status: Awaited<ReturnType<typeof presentStatus>> } | { id: string; ktag_id: string }
    const tell = (change: typeof data.change, what: Told) =>
      viewerId === null ? [frame('feed', `feed.status_${change}`, what)] : [frame('statuses', `status.${change}`, what)]
    const status = data.change === 'deleted' ? null : await statusById(view, data.status_id)
    const ktag = status && (await ktagById(view, status.ktagId))
    // Whoever only looks at the page of a tag loses what is said there when it becomes private.
    const isShown = ktag?.visibility === 'public' || channel !== tags.channelOfPage(data.ktag_id)
    if (!status || !ktag || !isShown) return tell('deleted', { id: data.status_id, ktag_id: data.ktag_id })
    return tell(data.change, { status: await presentStatus(view, viewerId, status) })
  })

  on(statuses.DeliveryChanged, ({ event: { data } }) => {
    const { status_id: id, recipients, sent, failed, skipped } = data
    return [frame('statuses', 'status.delivery', { id, delivery: { recipients, sent, failed, skipped } })]
  })
}
