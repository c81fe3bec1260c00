import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import type { Endpoint } from '#kit/endpoint'
import { addresses } from '#kit/routes'
import { declared, nameOf, pathOf } from '#test/kadoink-endpoints'
import type { Json } from '#test/people'
import { typesOf } from '#test/reference-types'
import { World } from '#test/world'

const FILE = resolve(import.meta.dirname, '../../../server/surfaces/kadoink/reference.json')
const CLIENT = resolve(import.meta.dirname, '../../../client/reference.ts')
const CONTRACT = resolve(import.meta.dirname, '../../../../shared/contract/kadoink-endpoints.json')

describe('The Kadoink reference', () => {
  let world: World
  let served: Json

  before(async () => {
    world = await World.start()
    served = await (await fetch(`${world.url}/openapi/kadoink.json`)).json()
    if (process.env.UPDATE_REFERENCE !== '1') return
    writeFileSync(FILE, `${JSON.stringify(served, null, 2)}\n`)
    writeFileSync(CLIENT, typesOf(served))
  })
  after(() => world.end())

  const entries = (): { name: string; method: string; path: string; entry: Json }[] =>
    Object.entries<Json>(served.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([lower, entry]) => {
        const method = lower.toUpperCase()
        return { name: `${method} ${path}`, method, path, entry }
      }),
    )

  it('is what the committed file says (UPDATE_REFERENCE=1 writes the file)', () => {
    const committed: Json = JSON.parse(readFileSync(FILE, 'utf8'))
    expect(Object.keys(served.paths)).to.have.members(Object.keys(committed.paths))
    for (const path of Object.keys(served.paths)) {
      expect(served.paths[path], path).to.deep.equal(committed.paths[path])
    }
    expect(served).to.deep.equal(committed)
  })

  it('is what the client is typed by (UPDATE_REFERENCE=1 writes those types too)', () => {
    expect(readFileSync(CLIENT, 'utf8')).to.equal(typesOf(served))
  })

  it('holds every route, and nothing that is none', () => {
    expect(entries().map(({ name }) => name)).to.have.members(declared.endpoints.map(nameOf))
  })

  it('holds nothing that is not answered, and keeps aliases to itself', async () => {
    for (const { name, method, path } of entries()) {
      const { status, body } = await world.visitor().ask(method, pathOf({ path }))
      expect(status, name).not.to.equal(405)
      expect(body.error?.message, name).not.to.equal('There is no such address.')
    }
    const aliases = declared.endpoints.flatMap((endpoint) => addresses(endpoint).slice(1))
    expect(aliases).not.to.deep.equal([])
    const names = entries().map(({ name }) => name)
    for (const { method, path } of aliases) {
      expect(names).not.to.include(`${method} ${path}`)
      expect((await world.visitor().ask(method, pathOf({ path }))).status, `${method} ${path}`).to.equal(401)
    }
  })

  it('is sound: ids once, references that lead somewhere, path parameters that stand in the path', () => {
    const ids = entries().map(({ entry }) => entry.operationId)
    expect(new Set(ids).size).to.equal(ids.length)
    const schemas = Object.keys(served.components.schemas)
    for (const [, name] of JSON.stringify(served).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(schemas).to.include(name)
    }
    for (const { name, path, entry } of entries()) {
      const named = entry.parameters.filter((parameter: Json) => parameter.in === 'path')
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
      expect(
        named.map((parameter: Json) => parameter.name),
        name,
      ).to.have.members(inPath)
    }
  })

  it('says of each entry what it may answer: its success, and every refusal in the envelope', () => {
    const successes = new Map(declared.endpoints.map((one) => [nameOf(one), [one.status, one.again ?? one.status]]))
    for (const { name, entry } of entries()) {
      const statuses = Object.keys(entry.responses)
      expect(new Set(statuses.filter((status) => status.startsWith('2')).map(Number)), name).to.deep.equal(
        new Set(successes.get(name)),
      )
      expect(statuses, name).to.include.members(['429', '500', '503'])
      if (entry.security.length > 0) expect(statuses, name).to.include('401')
      for (const status of statuses.filter((code) => code >= '400')) {
        const { schema } = entry.responses[status].content['application/json']
        expect(schema, `${name} ${status}`).to.deep.equal({ $ref: '#/components/schemas/Error' })
      }
    }
  })

  describe(`against ${existsSync(CONTRACT) ? 'the shared contract' : 'the shared contract, which is not here'}`, () => {
    let promised: ReadonlyMap<string, Json>

    before(function () {
      if (!existsSync(CONTRACT)) this.skip()
      const { endpoints } = JSON.parse(readFileSync(CONTRACT, 'utf8')) as { endpoints: Json[] }
      promised = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]))
    })

    it('serves what is promised, by the same words, to the same people, under the same other names', () => {
      for (const endpoint of declared.endpoints.filter(({ extension }) => !extension)) {
        const promise = promised.get(nameOf(endpoint))
        expect(promise, `${nameOf(endpoint)} is promised nowhere`).not.to.equal(undefined)
        expect({
          summary: endpoint.summary,
          section: endpoint.tag,
          auth: authClassOf(endpoint),
          aliases: [...endpoint.aliases].sort(),
        }).to.deep.equal({
          summary: promise.summary,
          section: promise.section,
          auth: promise.auth.split(' ')[0],
          aliases: [...promise.aliases].sort(),
        })
      }
    })

    it('marks as an extension whatever goes beyond it, and nothing else', () => {
      const beyond = declared.endpoints.filter((endpoint) => !promised.has(nameOf(endpoint)))
      const marked = entries().filter(({ entry }) => entry['x-extension'] === true)
      expect(beyond.map(nameOf)).to.have.members(marked.map(({ name }) => name))
      expect(declared.endpoints.filter(({ extension }) => extension)).to.have.members(beyond)
    })
  })
})

/** Whom an endpoint answers, as the contract writes it: P nobody asked, P* a token welcome, T a token, M also a mobile. */
function authClassOf({ auth, gates }: Endpoint): string {
  if (auth === 'none') return 'P'
  if (auth === 'optional') return 'P*'
  return gates.includes('mobile') ? 'M' : 'T'
}
