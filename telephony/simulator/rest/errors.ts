/** A refusal in Twilio's words: HTTP status, error number, message. Source: Twilio's error dictionary. */
export class RestError extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }

  /** The body of an error answer of the 2010-04-01 API. */
  get body(): { readonly code: number; readonly message: string; readonly more_info: string; readonly status: number } {
    const { code, message, status } = this
    return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
  }
}

/** Nothing of that name: 404, 20404. */
export function notFound(path: string): RestError {
  return new RestError(404, 20404, `The requested resource ${path} was not found`)
}

/** A parameter that makes no sense: 400. */
export function invalid(code: number, message: string): RestError {
  return new RestError(400, code, message)
}
