/** An answer that is no success, in Stripe's own shape (https://docs.stripe.com/api/errors). */
export class ApiRefusal extends Error {
  readonly status: number
  readonly body: { readonly error: { type: string; code?: string; message: string; param?: string } }

  constructor(status: number, error: { type?: string; code?: string; message: string; param?: string }) {
    super(error.message)
    this.status = status
    this.body = { error: { type: 'invalid_request_error', ...error } }
  }
}

/** What was asked for is not there. */
export function missing(what: string, id: string): ApiRefusal {
  return new ApiRefusal(404, { code: 'resource_missing', message: `No such ${what}: '${id}'`, param: 'id' })
}
