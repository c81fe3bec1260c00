import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import ajvFormats from 'ajv-formats'

/**
 * The part of Twilio's published OpenAPI document that we use, as a judge of both sides: what our adapter sends, and
 * what the simulated carrier answers. Both checks give the faults they found; none means sound.
 */
export interface Contract {
  /** `path` without query; `params` are the form of a POST or the query of anything else. */
  checkRequest(method: string, path: string, params: Iterable<readonly [string, string]>): readonly string[]
  /** `body` is parsed JSON, or '' when there was none. Errors must have Twilio's shape. */
  checkResponse(method: string, path: string, status: number, body: unknown): readonly string[]
  /** Its operations: method, path template, the names of its query and form parameters. */
  readonly operations: readonly ContractOperation[]
}

/** One operation of the contract. */
export interface ContractOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly form: readonly string[]
  /** What each of its query and form parameters may be, and which of them must be there. */
  readonly params: Readonly<Record<string, Schema>>
  readonly required: readonly string[]
}

/** One request and its answer, as a carrier saw them. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly params: Iterable<readonly [string, string]>
  /** Null when no answer was given. */
  readonly status: number | null
  readonly body: unknown
}

/** What is wrong with an exchange, of either side; nothing on a machine without the contract. */
export function exchangeFaults({ method, path, params, status, body }: Exchange): readonly string[] {
  const rules = contract()
  if (!rules) return []
  const answered = status === null ? [] : rules.checkResponse(method, path, status, body)
  return [...rules.checkRequest(method, path, params), ...answered]
}

/** Where the contract lies: beside the project, shared with everyone who works on it. */
export const CONTRACT_FILE = resolve(import.meta.dirname, '../..', '../shared/contract/twilio-2010-subset.json')

let loaded: Contract | null = null

/** The contract, or null on a machine that does not have it: a test then says so and is skipped. */
export function contract(): Contract | null {
  if (!loaded && existsSync(CONTRACT_FILE)) loaded = build(JSON.parse(readFileSync(CONTRACT_FILE, 'utf8')) as Document)
  return loaded
}

/** A JSON Schema. */
export type Schema = { readonly [key: string]: unknown }

interface Parameter {
  readonly in: string
  readonly name: string
  readonly schema: Schema
}

interface Endpoint {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** An operation made ready to judge. */
interface Judge {
  readonly operation: ContractOperation
  readonly pattern: RegExp
  readonly pathParams: ReadonlyMap<string, ValidateFunction>
  readonly paramSchemas: Readonly<Record<string, Schema>>
  readonly params: ValidateFunction
  readonly answers: ReadonlyMap<number, ValidateFunction | null>
}

const ERROR_SCHEMA: Schema = {
  type: 'object',
  properties: {
    code: { type: 'integer' },
    message: { type: 'string' },
    more_info: { type: 'string' },
    status: { type: 'integer' },
  },
  required: ['code', 'message', 'more_info', 'status'],
  additionalProperties: false,
}

/** The sound of a recording, and what comes with a text, are no part of the contract. */
const MEDIA = /\/(Recordings\/RE[0-9a-f]{32}(\.wav|\.mp3)?|Messages\/[SM]M[0-9a-f]{32}\/Media\/ME[0-9a-f]{32})$/

const METHODS = ['get', 'post', 'delete']

function build(document: Document): Contract {
  const ajv = strictAjv()
  const judges = Object.entries(document.paths).flatMap(([path, endpoints]) => {
    return METHODS.flatMap((method) => {
      const endpoint = endpoints[method]
      return endpoint ? [judgeOf(ajv, document, method.toUpperCase(), path, endpoint)] : []
    })
  })
  const error = ajv.compile(ERROR_SCHEMA)
  const find = (method: string, path: string) => {
    return judges.find(({ operation, pattern }) => operation.method === method && pattern.test(path))
  }
  return {
    operations: judges.map(({ operation }) => operation),
    checkRequest(method, path, params) {
      const judge = find(method, path)
      if (!judge) return MEDIA.test(path) ? [] : [`${method} ${path} is no operation of the contract`]
      return requestFaults(judge, path, params)
    },
    checkResponse(method, path, status, body) {
      const judge = find(method, path)
      if (status >= 400) return faultsOf(error, body, `${method} ${path} ${status}`)
      if (!judge) return MEDIA.test(path) ? [] : [`${method} ${path} is no operation of the contract`]
      const answer = judge.answers.get(status)
      if (answer === undefined) return [`${judge.operation.id} must not answer ${status}`]
      if (answer === null) return body === '' || body === undefined ? [] : [`${judge.operation.id} answers no body`]
      return faultsOf(answer, body, judge.operation.id)
    },
  }
}

function requestFaults(judge: Judge, path: string, params: Iterable<readonly [string, string]>): readonly string[] {
  const groups = judge.pattern.exec(path)?.groups ?? {}
  const inPath = [...judge.pathParams].flatMap(([name, validate]) => {
    return faultsOf(validate, decodeURIComponent(groups[name] ?? ''), `${judge.operation.id} {${name}}`)
  })
  return [...inPath, ...faultsOf(judge.params, typedParams(judge, params), judge.operation.id)]
}

/** Text as it came over the wire, read as the types the schema names; what cannot be read stays text, and fails. */
function typedParams(judge: Judge, params: Iterable<readonly [string, string]>): Record<string, unknown> {
  const texts = new Map<string, string[]>()
  for (const [name, value] of params) texts.set(name, [...(texts.get(name) ?? []), value])
  const typed = [...texts].map(([name, values]) => {
    const schema = judge.paramSchemas[name]
    if (schema?.type === 'array' || values.length > 1) return [name, values]
    return [name, typedValue(schema, values[0] ?? '')]
  })
  return Object.fromEntries(typed)
}

function typedValue(schema: Schema | undefined, value: string): unknown {
  const isNumber = schema?.type === 'integer' || schema?.type === 'number'
  if (isNumber && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  if (schema?.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function judgeOf(ajv: Ajv, document: Document, method: string, path: string, endpoint: Endpoint): Judge {
  const parameters = endpoint.parameters ?? []
  const query = parameters.filter((parameter) => parameter.in === 'query')
  const form = Object.values(endpoint.requestBody?.content ?? {})[0]?.schema ?? {}
  const formProperties = (form.properties ?? {}) as Readonly<Record<string, Schema>>
  const named = Object.fromEntries(query.map(({ name, schema }) => [name, schema]))
  const paramSchemas = mapValues({ ...named, ...formProperties }, (schema) => plain(document, schema, false))
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  return {
    operation: {
      id: endpoint.operationId,
      method,
      path,
      query: query.map(({ name }) => name),
      form: Object.keys(formProperties),
      params: paramSchemas,
      required: (form.required ?? []) as readonly string[],
    },
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+?)')}$`),
    pathParams: new Map(inPath.map(({ name, schema }) => [name, ajv.compile(plain(document, schema, false))])),
    paramSchemas,
    params: ajv.compile({
      type: 'object',
      properties: paramSchemas,
      required: form.required ?? [],
      additionalProperties: false,
    }),
    answers: answersOf(ajv, document, endpoint),
  }
}

function answersOf(ajv: Ajv, document: Document, endpoint: Endpoint): Map<number, ValidateFunction | null> {
  const answers = Object.entries(endpoint.responses).filter(([status]) => status.startsWith('2'))
  return new Map(
    answers.map(([status, { content }]) => {
      const schema = content?.['application/json']?.schema
      return [Number(status), schema ? ajv.compile(plain(document, schema, true)) : null]
    }),
  )
}

/**
 * An OpenAPI schema as plain JSON Schema: references resolved, `nullable` spelt out and, for answers, every declared
 * property required and no other allowed.
 */
function plain(document: Document, schema: Schema, isAnswer: boolean, name = ''): Schema {
  const { $ref, nullable, properties, items, description: _, example: __, default: ___, ...rest } = schema
  if (typeof $ref === 'string') {
    const target = document.components.schemas[$ref.replace('#/components/schemas/', '')]
    if (!target) throw new Error(`the contract refers to ${$ref}, which it does not have`)
    return plain(document, target, isAnswer, name)
  }
  const children = mapValues((properties ?? {}) as Record<string, Schema>, (child, key) => {
    return plain(document, child, isAnswer, key)
  })
  const result: Record<string, unknown> = {
    ...rest,
    ...(properties !== undefined && { properties: children, additionalProperties: false }),
    ...(properties !== undefined && isAnswer && { required: Object.keys(children) }),
    ...(items !== undefined && { items: plain(document, items as Schema, isAnswer) }),
  }
  if (isAnswer && /(^|_)uri$/.test(name)) result.format = 'uri-reference'
  return isAnswer ? tolerant(name, withNull(result, nullable === true)) : withNull(result, nullable === true)
}

function withNull(schema: Schema, isNullable: boolean): Schema {
  return isNullable && schema.type !== undefined ? { anyOf: [schema, { type: 'null' }] } : schema
}

/** The places where Twilio's own examples contradict its schemas; these and no others. */
function tolerant(name: string, schema: Schema): Schema {
  if (name === 'reason_conference_ended' || name === 'request_method') return { anyOf: [schema, { type: 'null' }] }
  if (name === 'price') return { anyOf: [schema, { type: 'string' }] }
  return name.endsWith('_application_sid') ? { anyOf: [schema, { const: '' }] } : schema
}

function strictAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajvFormats.default(ajv)
  // Messages may go by WhatsApp, where numbers bear its prefix.
  const e164 = /^(whatsapp:)?\+[1-9]\d{6,14}$/
  const formats: Readonly<Record<string, RegExp | true>> = {
    'phone-number': e164,
    endpoint: /^(\+[1-9]\d{6,14}|(sip|client|app):.+)$/,
    'http-method': /^(GET|POST)$/,
    'date-time-rfc-2822': /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/,
    currency: /^[A-Z]{3}$/,
    twiml: /^\s*</,
    'uri-map': true,
    'phone-number-capabilities': true,
  }
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format)
  return ajv
}

function faultsOf(validate: ValidateFunction, value: unknown, where: string): readonly string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${where}${instancePath}: ${message} ${JSON.stringify(params)}`
  })
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
