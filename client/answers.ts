import { KadoinkError, type Refusal } from './errors.ts'

/** An answer of the API. */
export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; bytes as a `Blob`; undefined when there is none. */
  readonly body: Body
}

/** Read an answer to its end. Throws `KadoinkError` when it is no success, and whatever `fetch` throws when it is cut. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response
  const isJson = headers.get('Content-Type')?.startsWith('application/json') ?? false
  if (!response.ok) throw refusalOf(response, await response.text())
  if (status === 204) return { status, headers, body: undefined }
  if (!isJson) return { status, headers, body: await response.blob() }
  const text = await response.text()
  return { status, headers, body: text === '' ? undefined : JSON.parse(text) }
}

function refusalOf({ status, headers }: Response, text: string): KadoinkError {
  const said = envelopeIn(text) ?? { code: `http_${status}`, message: `The answer was ${status}.` }
  const retryAfter = Number.parseInt(headers.get('Retry-After') ?? '', 10)
  return new KadoinkError(said, {
    status,
    retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
    requestId: headers.get('X-Request-Id'),
  })
}

/** The refusal in the API's envelope; undefined when somebody else answered, a proxy for example. */
function envelopeIn(text: string): Refusal | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: Refusal }
    return typeof error?.code === 'string' && typeof error.message === 'string' ? error : undefined
  } catch {
    return undefined
  }
}
