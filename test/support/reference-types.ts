/** An OpenAPI document, as it was parsed. */
// biome-ignore lint/suspicious/noExplicitAny: the document is read by its own rules, which the generator checks as it goes.
type Json = any

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/**
 * A surface's reference as TypeScript: its schemas by name, its operations by method and path, the events of its
 * sockets, and the few facts that a client needs when it runs. Throws on a schema that it has no words for.
 */
export function typesOf(reference: Json): string {
  const live = reference['x-live']
  return [
    '// Made of the reference by its test: UPDATE_REFERENCE=1 writes it anew. Edit the declarations, not this.',
    `/** ${reference.info.title} ${reference.info.version}: where it is mounted. */\nexport const mount = '${reference.servers[0].url}'`,
    `/** The socket's path and sub-protocol. */\nexport const socket = { path: '${live.path}', protocol: '${live.protocol}' } as const`,
    `/** POSTs that honour an Idempotency-Key. */\nexport const keyed: ReadonlySet<string> = new Set([\n${keyedOf(reference)}])`,
    `/** What a refusal may be called. */\nexport type ErrorCode =\n${codesOf(reference)}`,
    ...Object.entries<Json>(reference.components.schemas).map(([name, schema]) =>
      schema.type === 'object' && schema.properties
        ? `export interface ${name} ${typeOf(schema, '')}`
        : `export type ${name} = ${typeOf(schema, '')}`,
    ),
    `/** What may be asked, by method and path: \`asks\` is what is sent, \`gives\` what is answered. */\nexport interface Operations {\n${METHODS.map((method) => operationsOf(reference, method)).join('')}}`,
    `/** The topics of one's own. */\nexport type Topic = ${live.topics.map(quoted).join(' | ')}`,
    `/** What the socket tells, by the event's name. */\nexport interface Events {\n${eventsOf(live.events)}}`,
    `/** What a topic that is watched on demand answers with, by its form. */\nexport interface Snapshots {\n${snapshotsOf(live.snapshots)}}`,
    '',
  ].join('\n\n')
}

function keyedOf({ paths }: Json): string {
  const isKeyed = ({ post }: Json): boolean => post?.parameters.some(({ name }: Json) => name === 'Idempotency-Key')
  return Object.keys(paths)
    .filter((path) => isKeyed(paths[path]))
    .map((path) => `  '${path}',\n`)
    .join('')
}

/** The codes stand in the description of each refusal. */
function codesOf({ paths }: Json): string {
  const operations = Object.values<Json>(paths).flatMap((methods) => Object.values<Json>(methods))
  const refusals = operations.flatMap(({ responses }) =>
    Object.keys(responses)
      .filter((status) => !isSuccess(status))
      .map((status) => responses[status]),
  )
  const codes = refusals.flatMap(({ description }) => [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code))
  return [...new Set(codes)]
    .sort()
    .map((code) => `  | '${code}'`)
    .join('\n')
}

function operationsOf({ paths }: Json, method: string): string {
  const asked = Object.entries<Json>(paths).filter(([, methods]) => methods[method])
  return `  ${method}: {\n${asked.map(([path, methods]) => operationOf(path, methods[method])).join('')}  }\n`
}

function operationOf(path: string, operation: Json): string {
  const asks = [
    ...parametersOf(operation, 'path', 'params'),
    ...parametersOf(operation, 'query', 'query'),
    ...bodyOf(operation.requestBody),
    ...(operation.parameters.some(({ name }: Json) => name === 'Idempotency-Key')
      ? ['idempotencyKey?: string | undefined']
      : []),
  ]
  return [
    `    /** ${commentOf(operation.summary)} */\n`,
    `    '${path}': {\n`,
    `      asks: ${asks.length > 0 ? `{\n${asks.map((line) => `        ${line}\n`).join('')}      }` : 'object'}\n`,
    `      gives: ${unionOf(
      Object.keys(operation.responses)
        .filter(isSuccess)
        .map((status) => answerOf(operation.responses[status])),
    )}\n`,
    '    }\n',
  ].join('')
}

function parametersOf({ parameters }: Json, place: string, name: string): string[] {
  const found = parameters.filter((parameter: Json) => parameter.in === place)
  if (found.length === 0) return []
  const fields = found.map((parameter: Json) => fieldOf(parameter, parameter.required, ''))
  const isRequired = found.some(({ required }: Json) => required)
  return [`${name}${isRequired ? '' : '?'}: { ${fields.join('; ')} }${isRequired ? '' : ' | undefined'}`]
}

function bodyOf(requestBody: Json): string[] {
  if (!requestBody) return []
  const types = Object.entries<Json>(requestBody.content).map(([type, { schema }]) =>
    type === 'application/json' ? typeOf(schema, '        ') : type === 'multipart/form-data' ? 'FormData' : 'Blob',
  )
  const optional = requestBody.required ? '' : '?'
  return [`body${optional}: ${unionOf(types)}${requestBody.required ? '' : ' | undefined'}`]
}

function answerOf({ content }: Json): string {
  if (!content) return 'undefined'
  return unionOf(
    Object.entries<Json>(content).map(([type, { schema }]) =>
      type === 'application/json' ? typeOf(schema, '      ') : 'Blob',
    ),
  )
}

function eventsOf(events: Json): string {
  return Object.entries<Json>(events)
    .map(([name, { topic, transient, data }]) => {
      const facts = `topic: '${topic}'; transient: ${transient}; data: ${typeOf(data, '  ')}`
      return `  '${name}': { ${facts} }\n`
    })
    .join('')
}

function snapshotsOf(snapshots: Json): string {
  return Object.entries<Json>(snapshots)
    .map(([form, schema]) => `  [topic: \`${form.replace(/\{\w+\}/, '$' + '{string}')}\`]: ${typeOf(schema, '  ')}\n`)
    .join('')
}

/** What a schema says in words of OpenAPI 3.1 that has no place in a type, or is left to the server to check. */
const SILENT = new Set(
  (
    'description default format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum ' +
    'multipleOf minItems maxItems propertyNames examples title deprecated readOnly contentEncoding contentMediaType'
  ).split(' '),
)

function typeOf(schema: Json, indent: string): string {
  const {
    $ref,
    type,
    const: only,
    enum: values,
    anyOf,
    oneOf,
    allOf,
    not,
    items,
    properties,
    required,
    additionalProperties,
    ...rest
  } = schema
  const unknown = Object.keys(rest).filter((word) => !SILENT.has(word) && !word.startsWith('x-'))
  if (unknown.length > 0) throw new Error(`No type says "${unknown.join('", "')}": ${JSON.stringify(schema)}`)
  if ($ref) return $ref.split('/').at(-1)
  if ('const' in schema) return quoted(only)
  if (values) return unionOf(values.map(quoted))
  if (anyOf || oneOf) return unionOf((anyOf ?? oneOf).map((one: Json) => typeOf(one, indent)))
  if (allOf) return allOf.map((one: Json) => `(${typeOf(one, indent)})`).join(' & ')
  if (not) return 'never'
  if (Array.isArray(type)) return unionOf(type.map((one) => typeOf({ ...schema, type: one }, indent)))
  if (type === 'array') return listOf(items ? typeOf(items, indent) : 'unknown')
  if (type === 'object') return objectOf({ properties, required, additionalProperties }, indent)
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string' || type === 'boolean' || type === 'null') return type
  if (type === undefined) return 'unknown'
  throw new Error(`No type is a ${type}.`)
}

function listOf(item: string): string {
  return `readonly ${/^\w+$/.test(item) ? item : `(${item})`}[]`
}

function objectOf({ properties, required = [], additionalProperties }: Json, indent: string): string {
  const fields = Object.entries<Json>(properties ?? {})
  if (fields.length === 0) {
    if (typeof additionalProperties !== 'object') return 'Record<string, unknown>'
    return `Record<string, ${typeOf(additionalProperties, indent)}>`
  }
  const inside = `${indent}  `
  const lines = fields
    .filter(([, schema]) => !('not' in schema))
    .map(([name, schema]) => {
      const says = schema.description ? `${inside}/** ${commentOf(schema.description)} */\n` : ''
      return `${says}${inside}${fieldOf({ name, schema }, required.includes(name), inside)}\n`
    })
  return `{\n${lines.join('')}${indent}}`
}

/** What may be left out may also be said to be undefined: JSON leaves it out then. */
function fieldOf({ name, schema }: Json, isRequired: boolean, indent: string): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
  return `${key}${isRequired ? '' : '?'}: ${typeOf(schema, indent)}${isRequired ? '' : ' | undefined'}`
}

function isSuccess(status: string): boolean {
  return status.startsWith('2')
}

function quoted(value: unknown): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value)
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never'
}

function commentOf(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')
}
