import type { IncomingMessage } from 'node:http'
import type Koa from 'koa'
import type { z } from 'zod'
import { readJson } from './body.ts'
import type { Endpoint } from './endpoint.ts'
import * as faults from './fault.ts'
import { formBody } from './form.ts'
import { isMultipart, readMultipart } from './multipart.ts'
import type { UploadedFile, Uploads } from './upload.ts'
import type { UploadRoom } from './upload-room.ts'

const FORM_WANTED = 'Send the file as a part of multipart/form-data.'

/** A request whose parts are as its endpoint declares them. */
export interface Checked {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** By the names of the endpoint's uploads; absent where it takes none. */
  readonly files?: Readonly<Record<string, UploadedFile | null>>
}

/** Reads requests of one endpoint; made once, when it is mounted. */
export class RequestReader {
  readonly #endpoint: Endpoint
  readonly #bodyLimit: number
  readonly #room: UploadRoom
  readonly #formBody: ReturnType<typeof formBody>

  constructor(endpoint: Endpoint, bodyLimit: number, room: UploadRoom) {
    this.#endpoint = endpoint
    this.#bodyLimit = bodyLimit
    this.#room = room
    this.#formBody = endpoint.uploads && endpoint.body ? formBody(endpoint.body) : () => undefined
  }

  /**
   * Read what a request asks, check it, and pass it on; what it uploaded is held in memory until that is done. `whose`
   * is by whom uploads are counted. Throws the faults of what is wrong with it.
   */
  async read<T>(ctx: Koa.Context, whose: string, pass: (asked: Checked) => Promise<T>): Promise<T> {
    const { params, query, body, uploads } = this.#endpoint
    const named = params?.safeParse(ctx.params)
    if (named && !named.success) throw faults.NotFound()
    const asked = { params: named?.data, query: check(query, ctx.query) }
    assertStorable(asked.query)
    if (uploads && isMultipart(ctx.req))
      return this.#readMultipart(ctx.req, uploads, whose, (form) => pass({ ...asked, ...form }))
    if (!uploads) return pass({ ...asked, body: body && check(body, await this.#given(ctx)) })

    const names = Object.keys(uploads)
    if (names.some((name) => uploads[name]?.isRequired)) throw faults.UnsupportedMediaType({ message: FORM_WANTED })
    const files = Object.fromEntries(names.map((name) => [name, null]))
    return pass({ ...asked, files, body: body && check(body, await this.#given(ctx)) })
  }

  /** What is asked, as it was sent: by GET in the query, else as JSON. */
  async #given(ctx: Koa.Context): Promise<unknown> {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') {
      assertStorable(ctx.query)
      return ctx.query
    }
    const given = await readJson(ctx.req, this.#bodyLimit)
    ctx.state.given = given
    return given
  }

  async #readMultipart<T>(
    request: IncomingMessage,
    uploads: Uploads,
    whose: string,
    pass: (form: Pick<Checked, 'body' | 'files'>) => Promise<T>,
  ): Promise<T> {
    const place = this.#room.enter(whose)
    try {
      const bounds = { uploads, textBytes: this.#bodyLimit }
      const { fields, files } = await readMultipart(request, bounds, this.#room.patience, place)
      return await pass({ files, body: check(this.#endpoint.body, this.#formBody(fields)) })
    } finally {
      place.leave()
    }
  }
}

function check(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (!result.success) throw faults.ValidationFailed({ fields: fieldsOf(result.error) })
  return result.data
}

/** Refuse null characters, which PostgreSQL cannot keep; `readJson` has refused those of a body. */
function assertStorable(query: unknown): void {
  for (const [name, value] of Object.entries(query ?? {})) {
    if (typeof value !== 'string' || !value.includes('\u0000')) continue
    throw faults.ValidationFailed({ fields: { [name]: 'A null character cannot be stored.' } })
  }
}

/** What is wrong with which field: the first complaint about each, by its dotted name. */
export function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const issue of error.issues) {
    const name = issue.path.map(String).join('.') || 'body'
    fields[name] ??=
      issue.code === 'invalid_type' && issue.message.includes('received undefined')
        ? 'This field is required.'
        : issue.message
  }
  return fields
}
