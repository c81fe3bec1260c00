import { z } from 'zod'
import { byId as userById } from '#domain/accounts'
import type { InboxMessage } from '#domain/inbox'
import { find as filesById, type MediaFile, streamTicket } from '#domain/media'
import { heardByLink } from '#domain/voicemail'
import { NotFound } from '#kit/fault'
import { type Html, html } from '#kit/html'
import type { View } from '#kit/unit'
import { definePage } from '#kit/web-page'
import { presentMessage } from '../presenters/message.ts'
import { kadoink } from '../surface.ts'

const common = { limit: kadoink.limits.public, params: z.object({ token: z.string() }) }

/** Where the link of a notice leads: one voicemail, with a player. Opening it marks nothing as read. */
export const voicemailPage = definePage({
  ...common,
  path: '/v/{token}',
  async show({ view, params }) {
    const message = await heardByLink(view, params.token)
    const { from, to_ktag, created_at } = await presentMessage(view, message)
    const owner = await userById(view, message.ownerId)
    const sound = await soundOf(view, message)
    const body = html`<dl>
<dt>From</dt><dd>${from.name ?? from.mobile ?? 'A hidden number'}</dd>
<dt>Left</dt><dd><time datetime="${created_at}">${spokenTime(message.createdAt, owner?.timezone)}</time></dd>
${sound?.durationSeconds ? html`<dt>Length</dt><dd>${length(sound.durationSeconds)}</dd>` : null}
</dl>
${sound ? player(params.token) : html`<p role="status">The recording is not here yet. Load this page again in a minute.</p>`}
${message.transcript === null ? null : html`<blockquote>${message.transcript}</blockquote>`}`
    return { title: to_ktag ? `Voicemail for *${to_ktag.name}` : 'Voicemail', body }
  },
})

/** The sound itself, at an address that plays for a quarter of an hour: asked for whenever somebody presses play. */
export const voicemailSound = definePage({
  ...common,
  path: '/v/{token}/sound',
  async show({ view, params }) {
    const sound = await soundOf(view, await heardByLink(view, params.token))
    if (!sound) throw NotFound({ message: 'The recording is not here' })
    const { pathname, search } = new URL(streamTicket(view, sound).url)
    return { goTo: pathname + search }
  },
})

async function soundOf(view: View, { ownerId, fileId }: InboxMessage): Promise<MediaFile | null> {
  return fileId === null ? null : ((await filesById(view, ownerId, [fileId])).get(fileId) ?? null)
}

function player(token: string): Html {
  return html`<audio controls preload="none" src="/v/${token}/sound" aria-label="The voicemail"></audio>`
}

function spokenTime(moment: Date, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-US', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone,
  }).format(moment)
}

function length(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}
