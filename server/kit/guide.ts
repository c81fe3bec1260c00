import type { MountedSurface } from './endpoint.ts'
import { type Html, html } from './html.ts'

/** What a guide may say about this deployment, and what of it is made of declarations. */
export interface GuideFacts {
  /** What stands before the paths of the reference: `https://kadoink.example/api/v1`; without a mount where they are whole. */
  readonly base: string
  readonly publicUrl: string
  readonly realtimeUrl: string
  /** An endpoint by its method and path, linked to the reference. Throws when there is none. */
  endpoint(method: string, path: string): Html
  /** The endpoints that a test picks, linked, in the order of the reference. */
  endpoints(pick: (endpoint: MountedSurface['endpoints'][number]) => boolean): Html
  /** Tables of every refusal, every limit, and every event that the surface declares. */
  readonly errors: Html
  readonly limits: Html
  readonly events: Html
}

/** A part of a guide. */
export interface GuideSection {
  /** Its address on the page. */
  readonly id: string
  readonly title: string
  readonly body: Html
}

/** What a developer reads before the reference: written by the surface, with whatever can be derived derived. */
export type Guide = (facts: GuideFacts) => readonly GuideSection[]

/** What is typed or answered, as it is. */
export function code(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`
}
