import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { Bytes, type Endpoint, type Method, type MountedSurface, type Surface } from './endpoint.ts'
import type { FaultType } from './fault.ts'
import * as faults from './fault.ts'
import type { LiveDeclaration } from './live.ts'
import type { Upload } from './upload.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of a surface, made of its declarations alone; aliases stay silent. */
export function openApi({ surface, endpoints, live }: MountedSurface): Json {
  const components = new Components()
  const errorRef = components.add(surface.error, 'output')
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = referencePath(endpoint)
    for (const method of methodsOf(endpoint)) {
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: operation(surface, endpoint, method, components, errorRef),
      }
    }
  }
  const hasFamilies = endpoints.some(({ mounts }) => mounts !== undefined)
  const sockets = live && liveOf(live, components)
  return {
    openapi: '3.1.0',
    info: {
      title: surface.title,
      version: surface.version,
      description: surface.description,
      contact: surface.contact,
      license: surface.license,
    },
    servers: hasFamilies ? [{ url: '/' }] : surface.mounts.map((url) => ({ url })),
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))].map((name) => ({
      name,
      description: surface.tags[name],
    })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    ...(sockets ? { 'x-live': sockets } : {}),
    components: {
      schemas: components.schemas(),
      securitySchemes: Object.fromEntries(
        Object.entries(surface.schemes).flatMap(([name, { security }]) =>
          security && nameOfSecurity(surface, name) === name ? [[name, security]] : [],
        ),
      ),
    },
  }
}

/** What OpenAPI has no words for: the socket, its topics, and the data of each event. */
function liveOf({ path, protocol, topics, events, snapshots }: LiveDeclaration, components: Components): Json {
  return {
    path,
    protocol,
    topics,
    events: Object.fromEntries(
      Object.entries(events).map(([name, { topic, data, isTransient = false }]) => [
        name,
        { topic, transient: isTransient, data: components.add(data, 'output') },
      ]),
    ),
    snapshots: Object.fromEntries(
      Object.entries(snapshots).map(([form, snapshot]) => [form, components.add(snapshot, 'output')]),
    ),
  }
}

function operation(surface: Surface, endpoint: Endpoint, method: Method, components: Components, errorRef: Json): Json {
  const scheme = surface.schemes[endpoint.auth]
  const body = method === 'GET' ? undefined : endpoint.body
  return {
    operationId: operationId(endpoint, method),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: descriptionOf(surface, endpoint),
    ...(endpoint.extension ? { 'x-extension': true } : {}),
    'x-limit': { name: endpoint.limit, budgets: budgetsOf(surface, endpoint.limit) },
    ...(endpoint.gates.length > 0 ? { 'x-gates': endpoint.gates } : {}),
    security: scheme?.security ? [{ [nameOfSecurity(surface, endpoint.auth)]: [] }] : [],
    parameters: [
      ...parameters('path', endpoint.params, components),
      ...parameters('query', endpoint.query, components),
      ...(method === 'GET' ? parameters('query', endpoint.body, components) : []),
      ...(endpoint.idempotent ? [idempotencyParameter] : []),
    ],
    ...(body || endpoint.uploads ? { requestBody: requestBody(endpoint, components) } : {}),
    responses: responses(surface, endpoint, method, components, errorRef),
  }
}

/** The notes of an endpoint, and below them what its declaration says: who may ask, and how often. */
function descriptionOf(surface: Surface, endpoint: Endpoint): string {
  const gates = endpoint.gates.flatMap((name) => surface.gates[name]?.fault.code ?? [])
  const access =
    endpoint.auth === 'none'
      ? 'Takes no token.'
      : surface.schemes[endpoint.auth]?.security
        ? `Takes ${surface.schemes[endpoint.auth]?.shown ?? 'a token'}.`
        : 'Takes a token, or none.'
  const facts = [
    access,
    ...gates.map((code) => `Refused with \`${code}\` while that gate is shut.`),
    `Limit \`${endpoint.limit}\`: ${budgetsOf(surface, endpoint.limit)}.`,
    ...otherAddresses(endpoint),
  ].join(' ')
  return endpoint.notes ? `${endpoint.notes}\n\n${facts}` : facts
}

/** Where else an endpoint with mounts of its own answers the same: below the others, and by its other names. */
function otherAddresses({ mounts = [], path, aliases }: Endpoint): readonly string[] {
  const names = [path, ...aliases.filter((alias) => alias.startsWith('/'))]
  const others = mounts.flatMap((mount) => names.map((name) => `\`${mount}${name}\``)).slice(1)
  return others.length === 0 ? [] : [`The same is answered at ${others.join(', ')}.`]
}

/** What a limit allows, in words. */
export function budgetsOf(surface: Surface, name: string): string {
  return (surface.limits[name] ?? []).map(({ points, perSeconds }) => `${points} in ${perSeconds} s`).join(', ')
}

/** JSON, a form whose text fields are the same body, or, where a file is needed, the form alone. */
function requestBody({ body, uploads }: Endpoint, components: Components): Json {
  const schema = body && components.add(body, 'input')
  if (!uploads) return { required: body !== undefined && isRequired(body), content: json(schema ?? {}) }
  const needed = Object.keys(uploads).filter((name) => uploads[name]?.isRequired)
  const files = {
    type: 'object',
    properties: Object.fromEntries(Object.entries(uploads).map(([name, upload]) => [name, file(upload)])),
    ...(needed.length > 0 ? { required: needed } : {}),
  }
  const typed = Object.entries(uploads).flatMap(([name, { types }]) =>
    types ? [[name, { contentType: types.join(', ') }]] : [],
  )
  const form = {
    schema: schema ? { allOf: [schema, files] } : files,
    ...(typed.length > 0 ? { encoding: Object.fromEntries(typed) } : {}),
  }
  return {
    required: needed.length > 0 || (body !== undefined && isRequired(body)),
    content: { ...(schema && needed.length === 0 ? json(schema) : {}), 'multipart/form-data': form },
  }
}

function file({ maxBytes, description }: Upload): Json {
  const size = `At most ${maxBytes} bytes.`
  return { type: 'string', format: 'binary', description: description ? `${description} ${size}` : size }
}

const idempotencyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body within 24 hours replays the first answer.',
  schema: { type: 'string', maxLength: 64 },
}

function responses(surface: Surface, endpoint: Endpoint, method: Method, components: Components, errorRef: Json): Json {
  const success = (status: number) => ({
    description: STATUS_CODES[status] ?? 'Done',
    ...(endpoint.reply === Bytes
      ? { content: { 'application/octet-stream': {} } }
      : endpoint.reply
        ? { content: json(components.add(endpoint.reply as z.ZodType, 'output')) }
        : {}),
  })
  const found: Record<string, Json> = { [endpoint.status]: success(endpoint.status) }
  if (endpoint.again !== undefined) found[endpoint.again] = success(endpoint.again)
  const codes = new Map<number, string[]>()
  for (const fault of possibleFaults(surface, endpoint, [method])) {
    const { status } = surface.renderFault(fault())
    codes.set(status, [...(codes.get(status) ?? []), describedFault(surface, fault).name])
  }
  for (const [status, names] of [...codes].sort(([a], [b]) => a - b)) {
    found[status] = {
      description: [...new Set(names)].map((name) => `\`${name}\``).join(', '),
      ...(status === 429 || status === 503
        ? {
            headers: {
              'Retry-After': { description: 'Seconds until it makes sense to try again.', schema: { type: 'integer' } },
            },
          }
        : {}),
      content: json(errorRef),
    }
  }
  return found
}

/** Every refusal that an endpoint may answer with: those it declares, and those that follow from what it is. */
export function possibleFaults(
  surface: Surface,
  endpoint: Endpoint,
  methods: readonly Method[] = methodsOf(endpoint),
): readonly FaultType[] {
  const { query, body, uploads } = endpoint
  const hasBody = body !== undefined && methods.some((method) => method !== 'GET')
  const takesJson = hasBody && !Object.values(uploads ?? {}).some(({ isRequired }) => isRequired)
  return [
    ...(surface.schemes[endpoint.auth]?.faults ?? []),
    ...endpoint.gates.flatMap((name) => surface.gates[name]?.fault ?? []),
    ...(endpoint.params ? [faults.NotFound] : []),
    ...(query || body || uploads ? [faults.ValidationFailed] : []),
    ...(takesJson ? [faults.InvalidJson] : []),
    ...(uploads ? [faults.BadRequest, faults.RequestTimeout] : []),
    ...(hasBody || uploads ? [faults.PayloadTooLarge, faults.UnsupportedMediaType] : []),
    ...(endpoint.idempotent ? [faults.IdempotencyConflict] : []),
    ...endpoint.faults,
    faults.RateLimited,
    faults.InternalError,
    faults.Unavailable,
  ]
}

/** What clients of a surface know a fault by, and its sentence. */
export function describedFault(surface: Surface, fault: FaultType): { readonly name: string; readonly says: string } {
  return surface.describeFault?.(fault) ?? { name: fault.code, says: fault.message }
}

/** An endpoint's path as the reference has it: below the surface's mount, or whole where it has mounts of its own. */
export function referencePath({ mounts, path }: Endpoint): string {
  return (mounts?.[0] ?? '') + path
}

/** The methods by which the reference knows an endpoint. */
export function methodsOf({ method, also }: Endpoint): readonly Method[] {
  return [method, ...also]
}

/** The name of an endpoint in the reference: its method and path, in one word. */
export function operationId(endpoint: Endpoint, method: Method = endpoint.method): string {
  const words = referencePath(endpoint).replace(/[{}]/g, '').split(/[/_-]/).filter(Boolean)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined, components: Components): readonly Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = components.inline(schema) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties)
    .filter(([, property]) => !('not' in property))
    .map(([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: property,
    }))
}

function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse({}).success
}

function json(schema: Json): Json {
  return { 'application/json': { schema } }
}

/** Schemas with an id become components; the document refers to them. */
class Components {
  readonly #schemas = new Map<string, Json>()

  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs,
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: refuse }) as Json
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      this.#schemas.set(name, rewrite(definition) as Json)
    }
    const id = z.globalRegistry.get(schema)?.id
    if (id === undefined || '$ref' in own) return rewrite(own) as Json
    this.#schemas.set(id, rewrite(own) as Json)
    return { $ref: `#/components/schemas/${id}` }
  }

  inline(schema: z.ZodType): Json {
    return this.add(schema, 'input')
  }

  schemas(): Json {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => a.localeCompare(b)))
  }
}

/** What must be absent is refused in so many words; zod has no JSON Schema for it. */
const refuse: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === 'undefined') jsonSchema.not = {}
}

/** References into a schema's own definitions become references into the document's components. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(key === 'id' && typeof entry === 'string'))
      .map(([key, entry]) =>
        key === '$ref' && typeof entry === 'string'
          ? [key, entry.replace('#/$defs/', '#/components/schemas/')]
          : [key, rewrite(entry)],
      ),
  )
}

/** Schemes that differ in whom they let in, and not in what is shown, are one to clients: by the name of the first. */
function nameOfSecurity({ schemes }: Surface, name: string): string {
  const security = schemes[name]?.security
  return Object.keys(schemes).find((other) => schemes[other]?.security === security) ?? name
}
