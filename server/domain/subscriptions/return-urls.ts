import { ValidationFailed } from '#kit/fault'
import type { Site } from '#kit/site'

const LONGEST = 2_000

/**
 * Where a checkout leads back to: an address of our own, or of a host that was allowed; else somebody could be led from
 * our payment page to anywhere. Throws `ValidationFailed` that names the field.
 */
export function returnUrl(site: Site, given: string, field: string): string {
  if (given.length > LONGEST || !URL.canParse(given)) throw refused(field, 'Send a web address.')
  const url = new URL(given)
  const own = new URL(site.publicUrl)
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && own.protocol === 'http:')
  if (!isSafe || url.username !== '' || url.password !== '') throw refused(field, 'Send an https address.')
  if (url.host !== own.host && !site.returnHosts.has(url.host)) {
    throw refused(field, 'This host is not among those that a checkout may lead back to.')
  }
  return url.href
}

function refused(field: string, why: string): Error {
  return ValidationFailed({ fields: { [field]: why } })
}
