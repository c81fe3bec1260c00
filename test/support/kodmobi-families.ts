import type { Project, Sent } from '#test/kodmobi'
import type { Answer, Json } from '#test/people'

/** What came of a request, whatever family it was asked by. */
export interface Outcome {
  readonly status: number
  /** The machine word of a refusal. */
  readonly word?: string
  /** What its sentence is about. */
  readonly params?: Json
  /** The fields that are complained about; `whom` is the phone. */
  readonly fields?: readonly string[]
  readonly retryAfter?: string
  /** What was answered, when it was not refused. */
  readonly data?: Json
}

/** One way to ask for the same. */
export interface Family {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly mount: string
  readonly isBare: boolean
}

/** Every family, by every method that it is asked by. */
export const FAMILIES: readonly Family[] = [
  ...['/api/v2', '/api/v1', '/v1'].flatMap((mount) =>
    (['GET', 'POST'] as const).map((method) => ({ name: `${method} ${mount}`, method, mount, isBare: false })),
  ),
  ...['/v2', '/session'].map((mount) => ({ name: `POST ${mount}`, method: 'POST' as const, mount, isBare: true })),
]

/** Somebody who asks for codes of a project by one family. */
export class Asker {
  readonly family: Family
  readonly project: Project

  constructor(family: Family, project: Project) {
    this.family = family
    this.project = project
  }

  /** The same by the keys of another project. */
  of(project: Project): Asker {
    return new Asker(this.family, project)
  }

  create(phone: string, more: Json = {}, sent: Sent = {}): Promise<Outcome> {
    return this.#ask('create', { [this.family.isBare ? 'to' : 'phone']: phone, ...more }, sent)
  }

  send(session_id: string, type: string, more: Json = {}, sent: Sent = {}): Promise<Outcome> {
    return this.#ask('send', { session_id, type, ...more }, sent)
  }

  check(session_id: string, code: string, more: Json = {}, sent: Sent = {}): Promise<Outcome> {
    return this.#ask('check', { session_id, code, ...more }, sent)
  }

  /** How a channel stands for a session. */
  async channel(session_id: string, type: string): Promise<Outcome> {
    const { isBare, mount, method } = this.family
    if (!isBare) {
      const path = mount === '/v1' ? '/message/check-channel' : '/channel/check'
      return outcomeOf(await this.project.ask(mount + path, { method, asked: { session_id, type } }))
    }
    const { data, ...outcome } = outcomeOf(await this.project.ask(`${mount}/channels`, { asked: { session_id } }))
    return data ? { ...outcome, data: data.find((channel: Json) => channel.type === type) } : outcome
  }

  /** Exchange a token for whoever has proven an address, with the secret key. */
  async exchange(verify_token: string, sent: Sent = {}): Promise<Outcome> {
    const path = this.family.isBare ? '/verify' : `${this.family.mount}/message/verify`
    return outcomeOf(await this.project.askAsServer(path, { method: 'POST', asked: { verify_token }, ...sent }))
  }

  async #ask(verb: string, asked: Json, sent: Sent): Promise<Outcome> {
    const { mount, isBare, method } = this.family
    const path = isBare ? `${mount}/${verb}` : `${mount}/message/${verb}`
    const answer = await this.project.ask(path, { method, asked, ...sent })
    if (answer.headers.get('cache-control') !== 'no-store') throw new Error(`${path} may be kept.`)
    if (answer.status < 400 && !isBare !== (answer.body.success === true)) throw new Error(`${path}: which envelope?`)
    if (answer.status >= 400 && !isBare !== (answer.body.success === false)) throw new Error(`${path}: which envelope?`)
    return outcomeOf(answer)
  }
}

function outcomeOf({ status, headers, body }: Answer): Outcome {
  if (status < 400) {
    const { client_channels, client_channel, channels, channel, ...rest } = body.data ?? body
    if (Array.isArray(body)) return { status, data: body }
    return {
      status,
      data: {
        ...rest,
        ...((client_channels ?? channels) ? { channels: client_channels ?? channels } : {}),
        ...((client_channel ?? channel) ? { channel: client_channel ?? channel } : {}),
      },
    }
  }
  const retryAfter = headers.get('retry-after')
  if (body.status !== status) throw new Error('The status stands twice, and differs.')
  return {
    status,
    word: body.sys_message,
    params: body.error_params,
    ...(body.errors
      ? { fields: Object.keys(body.errors).map((name) => (/^(to|phone)$/.test(name) ? 'whom' : name)) }
      : {}),
    ...(retryAfter === null ? {} : { retryAfter }),
  }
}
