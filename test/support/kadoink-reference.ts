import type { Json } from '#test/people'
import type { World } from '#test/world'

/** An operation of the reference as it is served. */
export interface Operation {
  readonly name: string
  readonly method: string
  /** Below the mount. */
  readonly path: string
  readonly needsToken: boolean
  readonly gates: readonly string[]
  /** Dotted names of the fields of its body that hold an id, or ids. */
  readonly idFields: readonly string[]
}

/** Every operation of the reference that a world serves. */
export async function servedOperations(world: World): Promise<readonly Operation[]> {
  const served: Json = await (await fetch(`${world.url}/openapi/kadoink.json`)).json()
  const base: string = new URL(served.servers[0].url, world.url).pathname
  return Object.entries<Json>(served.paths).flatMap(([served_path, methods]) =>
    Object.entries<Json>(methods).map(([verb, operation]) => {
      const method = verb.toUpperCase()
      const path = served_path.startsWith(base) ? served_path.slice(base.length) : served_path
      return {
        name: `${method} ${path}`,
        method,
        path,
        needsToken: operation.security.length > 0 && operation.security.every((one: Json) => Object.keys(one).length),
        gates: operation['x-gates'] ?? [],
        idFields: idFields(served, operation.requestBody?.content['application/json']?.schema ?? {}),
      }
    }),
  )
}

/** Fields that are named as ids are, wherever they stand in a schema. Items of a list are named `0`. */
function idFields(served: Json, schema: Json, prefix = ''): readonly string[] {
  if (schema.$ref) return idFields(served, served.components.schemas[schema.$ref.split('/').at(-1)], prefix)
  const inside = Object.entries<Json>(schema.properties ?? {}).flatMap(([name, field]) => {
    const own = /_ids?$/.test(name) ? [prefix + name] : []
    return [...own, ...idFields(served, field, `${prefix}${name}.`)]
  })
  const items = schema.items ? idFields(served, schema.items, `${prefix}0.`) : []
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((kind) => schema[kind] ?? [])
  return [...new Set([...inside, ...items, ...branches.flatMap((branch: Json) => idFields(served, branch, prefix))])]
}
