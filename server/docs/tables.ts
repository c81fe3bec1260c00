import type { Endpoint, MountedSurface } from '#kit/endpoint'
import * as faults from '#kit/fault'
import { type Html, html } from '#kit/html'
import { describedFault, operationId, possibleFaults, referencePath } from '#kit/openapi'

/** An endpoint's name, linked to its place in the reference. */
export function linked({ surface }: Pick<MountedSurface, 'surface'>, endpoint: Endpoint): Html {
  const anchor = `#/${encodeURIComponent(endpoint.tag)}/${operationId(endpoint)}`
  return html`<a href="/docs/${surface.name}${anchor}"><code>${endpoint.method}\u00a0${referencePath(endpoint)}</code></a>`
}

/** Some endpoints, linked. */
export function linkedAll(mounted: MountedSurface, endpoints: readonly Endpoint[]): Html {
  return html`${endpoints.map((endpoint, index) => html`${index === 0 ? '' : ', '}${linked(mounted, endpoint)}`)}`
}

/** Answered anywhere under the mounts, whatever the endpoint. */
const EVERYWHERE = [
  faults.NotFound,
  faults.MethodNotAllowed,
  faults.RateLimited,
  faults.InternalError,
  faults.Unavailable,
]
/** More endpoints than this are counted instead of named. */
const NAMED = 4

/** Every refusal that the surface declares: its code, its status, its sentence, and where it may come from. */
export function errorsTable(mounted: MountedSurface): Html {
  const { surface, endpoints } = mounted
  const found = new Map<string, { status: number; says: Set<string>; at: Set<Endpoint>; isEverywhere: boolean }>()
  const note = (fault: faults.FaultType, endpoint?: Endpoint) => {
    const { status } = surface.renderFault(fault())
    const { name, says } = describedFault(surface, fault)
    const key = `${status} ${name}`
    const row = found.get(key) ?? { status, says: new Set(), at: new Set(), isEverywhere: false }
    found.set(key, row)
    row.says.add(says)
    if (endpoint) row.at.add(endpoint)
    else row.isEverywhere = true
  }
  for (const fault of EVERYWHERE) note(fault)
  for (const endpoint of endpoints) for (const fault of possibleFaults(surface, endpoint)) note(fault, endpoint)
  const rows = [...found].sort(([a], [b]) => a.localeCompare(b))
  return table(
    ['Status', 'Code', 'Says', 'Where'],
    rows.map(([key, { status, says, at, isEverywhere }]) => [
      html`${status}`,
      html`<code>${key.split(' ')[1] ?? ''}</code>`,
      html`${[...says].map((sentence, index) => html`${index === 0 ? null : html`<br>`}${sentence}`)}`,
      isEverywhere ? html`anywhere` : at.size > NAMED ? html`${at.size} endpoints` : linkedAll(mounted, [...at]),
    ]),
  )
}

/** Every limit that the surface declares, and what it holds for. */
export function limitsTable(mounted: MountedSurface): Html {
  const { surface, endpoints } = mounted
  const rows = Object.entries(surface.limits).flatMap(([name, budgets]) => {
    const under = endpoints.filter(({ limit }) => limit === name)
    if (under.length === 0) return []
    return [
      [
        html`<code>${name}</code>`,
        html`${budgets.map(
          ({ points, perSeconds, by, counts = 'by what is sent', isForgiving }, index) =>
            html`${index === 0 ? null : html`<br>`}${points} in ${period(perSeconds)}${by === 'ip' ? ' per address' : by === 'viewer' ? ` per ${whoseOf(surface)}` : ` ${counts}`}${isForgiving ? ', given back when it succeeds' : ''}`,
        )}`,
        under.length > NAMED ? html`${under.length} endpoints` : linkedAll(mounted, under),
      ],
    ]
  })
  return table(['Limit', 'Allows', 'Holds for'], rows)
}

/** Every event that the surface's socket tells, by topic. */
export function eventsTable({ live }: MountedSurface): Html {
  if (!live) return html``
  const topics = [...new Set(Object.values(live.events).map(({ topic }) => topic))]
  return table(
    ['Topic', 'Events'],
    topics.map((topic) => [
      html`<code>${topic}</code>`,
      html`${Object.entries(live.events)
        .filter(([, event]) => event.topic === topic)
        .map(
          ([name, event], index) =>
            html`${index === 0 ? '' : ', '}<code>${name}</code>${event.isTransient ? ' (not replayed)' : ''}`,
        )}`,
    ]),
  )
}

/** By what viewers of a surface are told apart: its accounts, or the keys that are shown. */
function whoseOf({ schemes }: MountedSurface['surface']): string {
  return Object.values(schemes).some(({ security }) => security?.type === 'apiKey') ? 'key' : 'account'
}

/** A length of time as people say it. */
function period(seconds: number): string {
  for (const [size, name] of [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const) {
    if (seconds % size === 0)
      return seconds === size ? `a ${name}`.replace('a hour', 'an hour') : `${seconds / size} ${name}s`
  }
  return `${seconds} seconds`
}

function table(heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  return html`<div class="table" role="region" aria-label="${heads.join(', ')}" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>`
}
