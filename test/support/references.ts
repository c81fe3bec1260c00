import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import type { Json } from '#test/people'
import type { World } from '#test/world'

/** An operation of a reference as it is served. */
export interface Entry {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly entry: Json
}

/** The reference of a surface as a world serves it. */
export async function servedReference(world: World, surface: string): Promise<Json> {
  return (await fetch(`${world.url}/openapi/${surface}.json`)).json()
}

/** Every operation of a reference. */
export function entriesOf(served: Json): readonly Entry[] {
  return Object.entries<Json>(served.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([lower, entry]) => {
      const method = lower.toUpperCase()
      return { name: `${method} ${path}`, method, path, entry }
    }),
  )
}

/** Hold a served reference against the committed file; with `UPDATE_REFERENCE=1` the file is written first. */
export function expectCommitted(served: Json, surface: string): void {
  const file = resolve(import.meta.dirname, `../../server/surfaces/${surface}/reference.json`)
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync(file, `${JSON.stringify(served, null, 2)}\n`)
  const committed: Json = JSON.parse(readFileSync(file, 'utf8'))
  expect(Object.keys(served.paths)).to.have.members(Object.keys(committed.paths))
  for (const path of Object.keys(served.paths)) {
    expect(served.paths[path], path).to.deep.equal(committed.paths[path])
  }
  expect(served).to.deep.equal(committed)
}

/** Ids once, references that lead somewhere, path parameters that stand in the path. */
export function expectSound(served: Json): void {
  const ids = entriesOf(served).map(({ entry }) => entry.operationId)
  expect(new Set(ids).size).to.equal(ids.length)
  const schemas = Object.keys(served.components.schemas)
  for (const [, name] of JSON.stringify(served).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(schemas).to.include(name)
  }
  for (const { name, path, entry } of entriesOf(served)) {
    const named: Json[] = entry.parameters.filter((parameter: Json) => parameter.in === 'path')
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
    expect(
      named.map((parameter) => parameter.name),
      name,
    ).to.have.members(inPath)
  }
}

/** Every entry says that it may refuse, and each refusal is written in the envelope of the surface. */
export function expectRefusals({ name, entry }: Entry): void {
  const statuses = Object.keys(entry.responses)
  expect(statuses, name).to.include.members(['429', '500', '503'])
  if (entry.security.length > 0) expect(statuses, name).to.include('401')
  for (const status of statuses.filter((code) => code >= '400')) {
    const { schema } = entry.responses[status].content['application/json']
    expect(schema, `${name} ${status}`).to.deep.equal({ $ref: '#/components/schemas/Error' })
  }
}
