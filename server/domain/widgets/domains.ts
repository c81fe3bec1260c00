import { domainToASCII } from 'node:url'
import { z } from 'zod'

const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** So many hosts fit into a header that every proxy takes. */
const MOST_DOMAINS = 20

/**
 * A host as people write it, in any case and script, as it stands in `frame-ancestors`: `example.com`, `*.example.com`
 * for every host below it, either with a port, and `localhost`. Null for anything else: schemes, paths, addresses.
 * Source of the form: CSP level 3, `host-source`.
 */
export function readDomain(text: string): string | null {
  const [, below = '', name = '', port] = /^(\*\.)?([^\s*:;,'"/?#@%\\[\]]+)(:\d{1,5})?$/.exec(text.trim()) ?? []
  const host = domainToASCII(name.replace(/\.$/, '')).toLowerCase()
  if (host !== 'localhost' && !HOST.test(host)) return null
  if (below !== '' && host === 'localhost') return null
  const number = port === undefined ? null : Number(port.slice(1))
  if (number !== null && (number < 1 || number > 65_535)) return null
  return `${below}${host}${number === null ? '' : `:${number}`}`
}

const DomainSchema = z
  .string()
  .max(260)
  .transform((text, context) => {
    const domain = readDomain(text)
    if (domain !== null) return domain
    context.addIssue({ code: 'custom', message: 'Send a host name, such as example.com, without https://.' })
    return z.NEVER
  })

/** The hosts whose pages may show a widget; each counts once. */
export const AllowedDomainsSchema = z
  .array(DomainSchema)
  .max(MOST_DOMAINS)
  .transform((domains) => [...new Set(domains)])

/** Who may show a widget in a frame, as sources of `frame-ancestors`: these hosts and ours, or any page. */
export function framersOf(allowedDomains: readonly string[]): readonly string[] {
  return allowedDomains.length === 0 ? ['*'] : ["'self'", ...allowedDomains]
}
