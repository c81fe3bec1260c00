import type { MountedSurface } from '#kit/endpoint'
import type { GuideFacts } from '#kit/guide'
import { type Html, html } from '#kit/html'
import { methodsOf, referencePath } from '#kit/openapi'
import type { Assets } from './assets.ts'
import { errorsTable, eventsTable, limitsTable, linked, linkedAll } from './tables.ts'

/** Where this deployment is. */
export interface DocsSite {
  readonly publicUrl: string
  readonly realtimeUrl: string
}

interface Shell {
  readonly title: string
  readonly assets: Assets
  readonly surface: MountedSurface | null
  readonly here: 'all' | 'reference' | 'guide'
  /** Whether it shows a reference, which is what needs scripts. */
  readonly hasReference: boolean
  readonly body: Html
}

/** The page of all surfaces: what each is, and the reference of each. */
export function indexPage(surfaces: readonly MountedSurface[], assets: Assets): Promise<string> {
  const body = html`<div class="surfaces own">
<h1>The APIs of this server</h1>
<p><a href="/console">The console</a> is an account seen live: calls, messages, the feed, and every event as it comes.</p>
${surfaces.map(
  ({ surface, guide, pages = [] }) => html`<h2>${surface.title}</h2>
<p>${sentenceOf(surface.description)}</p>
<ul>
${guide ? html`<li><a href="/docs/${surface.name}/guide">Guide</a>: what to know first, with commands to copy</li>` : null}
<li><a href="/docs/${surface.name}">Reference</a>: every endpoint, to read and to try</li>
<li><a href="/openapi/${surface.name}.json">OpenAPI 3.1</a>: the same, for tools</li>
${hasTry({ surface, pages }) ? html`<li><a href="/docs/${surface.name}/try">Try it</a>: an example at work, with a simulated phone</li>` : null}
</ul>`,
)}
</div>
${referenceOf(surfaces)}`
  return shell({ title: 'API docs', assets, surface: null, here: 'all', hasReference: true, body })
}

/** Whether a surface shows an example at work. */
function hasTry({ surface, pages = [] }: Pick<MountedSurface, 'surface' | 'pages'>): boolean {
  return pages.some(({ path }) => path === `/docs/${surface.name}/try`)
}

/** The reference of one surface. */
export function referencePage(mounted: MountedSurface, assets: Assets): Promise<string> {
  const { title } = mounted.surface
  const body = referenceOf([mounted])
  return shell({ title: `${title}: reference`, assets, surface: mounted, here: 'reference', hasReference: true, body })
}

/** The guide of one surface; null when it has none. */
export async function guidePage(mounted: MountedSurface, assets: Assets, site: DocsSite): Promise<string | null> {
  const sections = mounted.guide?.(factsOf(mounted, site))
  if (!sections) return null
  const { title } = mounted.surface
  const body = html`<div class="guide own">
<nav class="contents" aria-label="Contents"><ul>
${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`)}
</ul></nav>
<main>
<h1>${title}: guide</h1>
${sections.map(
  (section) => html`<section id="${section.id}" aria-labelledby="${section.id}-title">
<h2 id="${section.id}-title">${section.title}</h2>
${section.body}
</section>`,
)}
</main>
</div>`
  return shell({ title: `${title}: guide`, assets, surface: mounted, here: 'guide', hasReference: false, body })
}

function factsOf(mounted: MountedSurface, { publicUrl, realtimeUrl }: DocsSite): GuideFacts {
  return {
    base: mounted.endpoints.some(({ mounts }) => mounts) ? publicUrl : publicUrl + (mounted.surface.mounts[0] ?? ''),
    publicUrl,
    realtimeUrl,
    endpoint(method, path) {
      const endpoint = mounted.endpoints.find(
        (one) => methodsOf(one).some((own) => own === method) && referencePath(one) === path,
      )
      if (!endpoint) throw new Error(`The guide speaks of ${method} ${path}, which is not there.`)
      return linked(mounted, endpoint)
    },
    endpoints: (pick) => linkedAll(mounted, mounted.endpoints.filter(pick)),
    errors: errorsTable(mounted),
    limits: limitsTable(mounted),
    events: eventsTable(mounted),
  }
}

function referenceOf(surfaces: readonly MountedSurface[]): Html {
  const documents = surfaces.map(({ surface }) => ({ name: surface.title, url: `/openapi/${surface.name}.json` }))
  return html`<div id="reference" data-documents="${JSON.stringify(documents)}"></div>
<noscript><p class="surfaces own">The reference needs JavaScript; ${documents.map(({ name, url }) => html`<a href="${url}">${name}</a> `)} is the same for tools.</p></noscript>`
}

async function shell({ title, assets, surface, here, hasReference, body }: Shell): Promise<string> {
  const [style, swaggerStyle, bundle, start] = await Promise.all(
    ['docs.css', 'swagger-ui.css', 'swagger-ui-bundle.js', 'start.js'].map((name) => assets.address(name)),
  )
  const link = (to: string, words: string, isHere: boolean) =>
    html`<a href="${to}"${isHere ? html` aria-current="page"` : null}>${words}</a>`
  const name = surface?.surface.name
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${hasReference ? html`<link rel="stylesheet" href="${swaggerStyle ?? ''}">` : null}
<link rel="stylesheet" href="${style ?? ''}">
</head>
<body>
<nav class="top" aria-label="Docs">
<strong>${surface?.surface.title ?? 'API docs'}</strong>
${surface?.guide ? link(`/docs/${name}/guide`, 'Guide', here === 'guide') : null}
${surface ? link(`/docs/${name}`, 'Reference', here === 'reference') : null}
${surface && hasTry(surface) ? link(`/docs/${name}/try`, 'Try it', false) : null}
${surface ? link(`/openapi/${name}.json`, 'OpenAPI', false) : null}
${link('/docs', 'All APIs', here === 'all')}
</nav>
${body}
${
  hasReference
    ? html`<script src="${bundle ?? ''}"></script>
<script src="${start ?? ''}"></script>`
    : null
}
</body>
</html>
`.text
}

/** The first sentence of a description. */
function sentenceOf(description: string): string {
  return description.split('. ', 1)[0]?.replace(/\.?$/, '.') ?? ''
}
