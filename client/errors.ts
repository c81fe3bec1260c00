import type { ErrorCode } from './reference.ts'

/** What a refusal says. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly fields?: Readonly<Record<string, string>>
}

/** Where a refusal came from. */
export interface RefusalFacts {
  readonly status: number
  readonly retryAfterSeconds?: number | null
  readonly requestId?: string | null
}

/** The server has answered, and the answer is no. */
export class KadoinkError extends Error {
  override readonly name = 'KadoinkError'
  /** The HTTP status; 0 for a refusal that was said inside a socket. */
  readonly status: number
  /** A stable machine word: switch on this. */
  readonly code: ErrorCode | (string & {})
  /** What is wrong with which field of the request; empty when it is not about fields. */
  readonly fields: Readonly<Record<string, string>>
  /** When it makes sense to try again; null when the server did not say. */
  readonly retryAfterSeconds: number | null
  /** By which the server's log knows the request; null when it did not say. */
  readonly requestId: string | null

  constructor({ code, message, fields = {} }: Refusal, { status, retryAfterSeconds, requestId }: RefusalFacts) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds ?? null
    this.requestId = requestId ?? null
  }
}

/** No answer came, or not a whole one. Whether the server did what it was asked is not known. */
export class KadoinkNetworkError extends Error {
  override readonly name: string = 'KadoinkNetworkError'
}

/** No answer came in time. Whether the server did what it was asked is not known. */
export class KadoinkTimeoutError extends KadoinkNetworkError {
  override readonly name = 'KadoinkTimeoutError'
}
