import twilio from 'twilio'

/** What a webhook request said of itself, and what we know of ourselves. */
export type SignedRequest = {
  /** Ours, the current one first; during a rotation the old one as well. */
  readonly authTokens: readonly string[]
  /** The address under which the carrier knows us, without a trailing path. */
  readonly publicUrl: string
  /** Path and query exactly as they came in the request line. */
  readonly originalUrl: string
  /** `X-Twilio-Signature`. */
  readonly header: string | undefined
} & (
  | { /** The form, parsed flat from the raw body; empty for GET. */ readonly params: URLSearchParams }
  | { /** The body of a JSON request, byte by byte. */ readonly rawBody: Buffer }
)

/**
 * Whether a webhook request was signed by our carrier account. The URL is put together from what we are configured
 * to be, never from `Host` or `X-Forwarded-*`. Never throws; compares in constant time.
 * Source: twilio.com/docs/usage/webhooks/webhooks-security.
 */
export function isSigned(request: SignedRequest): boolean {
  const { authTokens, publicUrl, originalUrl, header } = request
  // A request line may hold a whole URL, which would make the host a word of the sender's choice.
  if (!header || !originalUrl.startsWith('/')) return false
  const url = withoutSlash(publicUrl) + originalUrl
  try {
    // An empty token signs what anybody can sign.
    return authTokens.filter(Boolean).some((token) => {
      if ('params' in request) return twilio.validateRequest(token, header, url, flat(request.params))
      return twilio.validateRequestWithBody(token, header, url, request.rawBody.toString())
    })
  } catch {
    return false
  }
}

/**
 * The form of a POST as far as our carrier account has signed it; null when it has not. `unsigned` are parameters that may
 * have been added behind the signature: where it fits without them only, they are left out, since anybody may have
 * written them.
 */
export function signedForm(
  request: Extract<SignedRequest, { readonly params: URLSearchParams }>,
  unsigned: readonly string[],
): URLSearchParams | null {
  if (isSigned(request)) return request.params
  const params = new URLSearchParams([...request.params].filter(([name]) => !unsigned.includes(name)))
  return params.size < request.params.size && isSigned({ ...request, params }) ? params : null
}

/**
 * How often the carrier tries a webhook of ours. A `document` decides what a caller hears while they wait: tried again
 * when it cannot be reached or answers 5xx, a slow one is not. A `report` is tried again whatever happens: without
 * this, one 500 loses it for good. Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
 */
const DELIVERIES = { document: '#rc=2&rp=ct,5xx', report: '#rc=3&rp=all' } as const

/**
 * The address of a webhook of ours, as it is given to the carrier. Query parameters are sorted: the carrier may sort
 * them when it requests an action while it signs what it was given. The fragment is not part of what is signed.
 */
export function webhookUrl(
  publicUrl: string,
  path: string,
  query: Readonly<Record<string, string>>,
  delivery: keyof typeof DELIVERIES,
): string {
  const params = new URLSearchParams(query)
  params.sort()
  const search = params.size === 0 ? '' : `?${params}`
  return `${withoutSlash(publicUrl)}${path}${search}${DELIVERIES[delivery]}`
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Values by key, several where a key is repeated. Without a prototype: a key may be called `__proto__`. */
function flat(params: URLSearchParams): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null)
  for (const key of new Set(params.keys())) {
    const all = params.getAll(key)
    values[key] = all.length === 1 ? (all[0] ?? '') : all
  }
  return values
}
