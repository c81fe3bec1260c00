import { z } from 'zod'
import * as profiles from '#domain/profiles'
import { KtagNameSchema, KtagNotFound } from '#domain/tags'
import { beginning } from '#kit/excerpt'
import { Fault } from '#kit/fault'
import { type Html, html } from '#kit/html'
import type { View } from '#kit/unit'
import { definePage, type PageContent, type WebPage } from '#kit/web-page'
import { type ProfileSchema, presentProfile } from '../presenters/profile.ts'
import { kadoink } from '../surface.ts'

type ProfileWire = z.input<typeof ProfileSchema>
type StatusWire = ProfileWire['statuses']['items'][number]

const LATEST = { limit: 20, offset: 0, beforeId: null } as const
/** What is shown of a tag where its page is shared. */
const LONGEST_PREVIEW = 200

const STYLE = `
.by { margin: 0 0 1rem; opacity: .75 }
.by img { border-radius: 50%; height: 2.5rem; vertical-align: middle; width: 2.5rem }
.said { list-style: none; margin: 0; padding: 0 }
.said li { border-top: 1px solid; border-color: color-mix(in srgb, currentColor 25%, transparent); padding: .75rem 0 }
.said p { margin: 0; overflow-wrap: anywhere; white-space: pre-line }
.said img { height: auto; max-width: 100% }
.when { font-size: .875rem; opacity: .75 }
.live { border: 2px solid; border-radius: .5rem; padding: .5rem 1rem }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem }
`

/**
 * The pages of public tags, at their names: `/*jazz`. `onView` is told of each that was looked at. Browsers leave the `*`
 * alone; where something has encoded it on the way, the page is one step further.
 */
export function profilePages(onView: (ktagId: string) => void): readonly WebPage[] {
  const common = { limit: kadoink.limits.public, params: z.object({ name: KtagNameSchema }) }
  const elsewhere = (path: `/${string}`) =>
    definePage({ ...common, path, show: async ({ params }) => ({ goTo: `/*${params.name}` }) })

  return [
    definePage({
      ...common,
      path: '/*{name}',
      // What could not be a name is answered like a name that nobody has.
      params: z.object({ name: z.string() }),
      async show({ view, params }) {
        const name = KtagNameSchema.safeParse(params.name)
        const profile = name.success ? await found(profiles.get(view, null, name.data)) : null
        if (!profile) return nobody()
        onView(profile.seen.ktag.id)
        const shown = content(view, await presentProfile(view, profile, null, LATEST))
        // What our own search does not find, no other is asked to.
        return profile.seen.ktag.hiddenAt === null ? shown : { ...shown, isPublic: false }
      },
    }),
    elsewhere('/%2A{name}'),
    elsewhere('/%2a{name}'),
  ]
}

async function found(profile: Promise<profiles.Profile>): Promise<profiles.Profile | null> {
  return profile.catch((error: unknown) => {
    if (error instanceof Fault && error.type === KtagNotFound) return null
    throw error
  })
}

function nobody(): PageContent {
  return {
    title: 'There is no such tag here',
    status: 404,
    body: html`<p>It may have another name now, be gone, or be there for its followers only.</p>
<p>Is the name free? In the app you can make it yours.</p>`,
  }
}

function content(view: View, profile: ProfileWire): PageContent {
  const { ktag, owner, statuses, follower_count } = profile
  const title = ktag.title === null ? `*${ktag.name}` : `${ktag.title} (*${ktag.name})`
  const body = html`<p class="by">${picture(owner.avatar_url)}${owner.name} · ${counted(follower_count, 'follower')}</p>
${ktag.description === null ? null : html`<p>${ktag.description}</p>`}
${owner.bio === null ? null : html`<p>${owner.bio}</p>`}
${liveCall(profile)}
<h2>Follow by phone</h2>
<p>Text <strong>${profile.text_hint.text}</strong> to <a href="${smsLink(profile)}">${profile.text_hint.number}</a>.</p>
<h2>Latest</h2>
${
  statuses.items.length === 0
    ? html`<p>Nothing has been said here yet.</p>`
    : html`<ul class="said">${statuses.items.map((status) => said(status, owner.name))}</ul>`
}`
  return { title, body, head: preview(view, profile, title), style: STYLE, isPublic: true }
}

/** What others show of the page where it is shared: the Open Graph protocol (ogp.me). */
function preview(view: View, { ktag, owner, statuses }: ProfileWire, title: string): Html {
  const [latest] = statuses.items
  const words = ktag.description ?? latest?.body ?? `${owner.name} on Kadoink`
  const summary = beginning(words.replace(/\s+/g, ' '), LONGEST_PREVIEW)
  const address = `${view.site.publicUrl}/*${ktag.name}`
  const image = ktag.avatar_url ?? owner.avatar_url
  return html`<link rel="canonical" href="${address}">
<meta name="description" content="${summary}">
<meta property="og:type" content="profile">
<meta property="og:site_name" content="Kadoink">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${summary}">
<meta property="og:url" content="${address}">
${image === null ? null : html`<meta property="og:image" content="${image}">`}
<meta name="twitter:card" content="summary">`
}

function liveCall({ live_call: call }: ProfileWire): Html | null {
  if (!call) return null
  const people = counted(call.participant_count, 'person', 'people')
  return html`<p class="live" role="status"><strong>Live now${call.title === null ? null : html`: ${call.title}`}</strong><br>
${people} on the call. Whoever follows can join in the app or by phone.</p>`
}

function said({ body, author, created_at, edited, media }: StatusWire, owner: string): Html {
  const who = author.name === owner ? null : html`${author.name} · `
  return html`<li>
<p>${body}</p>
${media.map((file) => (file.kind === 'photo' ? picture(file.stream_url) : sound(file.stream_url)))}
<span class="when">${who}<time datetime="${created_at}">${day(created_at)}</time>${edited ? ' · edited' : null}</span>
</li>`
}

function picture(url: string | null): Html | null {
  return url === null ? null : html`<img src="${url}" alt="" loading="lazy"> `
}

function sound(url: string | null): Html | null {
  return url === null ? null : html`<audio controls preload="none" src="${url}"></audio>`
}

/** RFC 5724: the link that writes a text. */
function smsLink({ text_hint: { number, text } }: ProfileWire): string {
  return `sms:${number}?body=${encodeURIComponent(text)}`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat('en-US').format(count)} ${count === 1 ? one : many}`
}

/** Whoever looks may be anywhere: the day is told as it is in UTC. */
function day(stamp: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
    .format(new Date(stamp))
    .concat(' UTC')
}
