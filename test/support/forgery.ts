import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { type Form, signature } from '#test/calls-webhooks'
import { ACCOUNT, type World } from '#test/world'

/** A request to a webhook, as anybody on the internet can make it. */
export interface Forged {
  readonly method?: string
  /** Path and query. */
  readonly target: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Something that the carrier really says, with the signature that it really makes. */
export interface Genuine {
  readonly target: string
  readonly form: Form
  readonly signature: string
}

/** What the carrier would say to a path with these facts. */
export function genuine(world: World, target: string, form: Form): Genuine {
  return { target, form, signature: signature(ACCOUNT.token, world.url + target, form) }
}

const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' }

function posted({ target, form }: Pick<Genuine, 'target' | 'form'>, header?: string): Forged {
  const signed: Record<string, string> = header === undefined ? {} : { 'X-Twilio-Signature': header }
  return { target, body: new URLSearchParams(form).toString(), headers: { ...FORM_TYPE, ...signed } }
}

/** The carrier's own request, untouched. */
export function untouched(real: Genuine): Forged {
  return posted(real, real.signature)
}

/** Ways to say something in the carrier's name without its token; `other` is something genuine for another route. */
export function forgeries(world: World, real: Genuine, other: Genuine): Readonly<Record<string, Forged>> {
  const { target, form } = real
  const [path = ''] = target.split('?')
  const [first = ''] = Object.keys(form)
  const { [first]: _, ...shorter } = form
  const origin = new URL(world.url)
  const signedFor = (url: string, said: Form = form) => posted(real, signature(ACCOUNT.token, url, said))
  const json = JSON.stringify(form)
  const more = `${target}${target.includes('?') ? '&' : '?'}`
  const whole = world.url + target
  return {
    'no header': posted(real),
    'an empty signature': posted(real, ''),
    'a signature that is none': posted(real, 'bm90IGEgc2lnbmF0dXJl'),
    'the signature in small letters': posted(real, real.signature.toLowerCase()),
    'half of the signature': posted(real, real.signature.slice(0, 14)),
    'another token': posted(real, signature('a-token-of-somebody-else', whole, form)),
    'an empty token': posted(real, signature('', whole, form)),
    'a changed parameter': posted({ target, form: { ...form, [first]: `${form[first]}0` } }, real.signature),
    'an added parameter': posted({ target, form: { ...form, Extra: 'x' } }, real.signature),
    'a dropped parameter': posted({ target, form: shorter }, real.signature),
    'no parameters at all': posted({ target, form: {} }, real.signature),
    'a parameter said twice': {
      ...posted(real, real.signature),
      body: `${new URLSearchParams(form)}&${new URLSearchParams({ [first]: 'another' })}`,
    },
    'a parameter moved into the query': {
      ...posted(
        { target: `${more}${new URLSearchParams({ [first]: form[first] ?? '' })}`, form: shorter },
        real.signature,
      ),
    },
    'a changed query': posted({ target: `${more}leg=another`, form }, real.signature),
    'a query emptied': posted({ target: `${path}?`, form }, real.signature),
    'https for http': signedFor(whole.replace(/^http:/, 'https:')),
    'another host': signedFor(`http://evil.test${target}`),
    'another host that the request names itself': {
      ...signedFor(`http://evil.test${target}`),
      headers: {
        ...signedFor(`http://evil.test${target}`).headers,
        Host: 'evil.test',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Proto': 'http',
        'X-Original-URL': target,
      },
    },
    'another port': signedFor(`http://${origin.hostname}:1${target}`),
    'a replay from another route': { ...posted(other, other.signature), target },
    'a replay from another route with its query': {
      ...posted(other, other.signature),
      target: `${path}?${other.target.split('?')[1] ?? ''}`,
    },
    'GET instead of POST': { method: 'GET', target: `${more}${new URLSearchParams(form)}`, headers: signed(real) },
    'GET with the form': { ...untouched(real), method: 'GET' },
    'PUT instead of POST': { ...posted({ target, form: shorter }, real.signature), method: 'PUT' },
    'a JSON body': { target, body: json, headers: { 'Content-Type': 'application/json', ...signed(real) } },
    'a JSON body with its hash in the query': {
      target: `${more}bodySHA256=${createHash('sha256').update(json).digest('hex')}`,
      body: json,
      headers: { 'Content-Type': 'application/json', ...signed(real) },
    },
  }
}

function signed({ signature }: Genuine): Record<string, string> {
  return { 'X-Twilio-Signature': signature }
}

/** Send it; gives the status. */
export function knockWith(world: World, { method = 'POST', target, body = '', headers = {} }: Forged): Promise<number> {
  const { hostname, port } = new URL(world.url)
  return new Promise((resolve, reject) => {
    const length = method === 'GET' && body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
    const options = { hostname, port, method, path: target, headers: { ...headers, ...length } }
    const outgoing = request(options, (incoming) => {
      incoming.resume()
      incoming.on('end', () => resolve(incoming.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Tables that move by themselves: the scheduler's, how far readers are, and what is written down a moment later. */
const RESTLESS = ['agenda_jobs', 'consumers', 'confirmed_moments', 'heard_numbers']

/** What is in the database, table by table: two are alike when nothing has changed. */
export async function contents(world: World): Promise<Readonly<Record<string, string>>> {
  const { sql } = world.running.database
  const { rows } = await sql.raw<{ rows: { name: string }[] }>(
    `select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = 'public' and relkind in ('r', 'p') and not relispartition order by relname`,
  )
  const tables: Record<string, string> = {}
  for (const { name } of rows.filter((row) => !RESTLESS.includes(row.name))) {
    const { rows: sums } = await sql.raw<{ rows: { sum: string }[] }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(row, '' order by row)), '') as sum
         from (select cast(one as text) as row from ?? as one) as all_rows`,
      [name],
    )
    tables[name] = sums[0]?.sum ?? ''
  }
  return tables
}
