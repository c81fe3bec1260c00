import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import type { Endpoint } from '#kit/endpoint'
import { addresses } from '#kit/routes'
import { declared, nameOf, pathOf } from '#test/kadoink-endpoints'
import type { Json } from '#test/people'
import { typesOf } from '#test/reference-types'
import { entriesOf, expectCommitted, expectRefusals, expectSound, servedReference } from '#test/references'
import { World } from '#test/world'

const CLIENT = resolve(import.meta.dirname, '../../../client/reference.ts')
const CONTRACT = resolve(import.meta.dirname, '../../../../shared/contract/kadoink-endpoints.json')

describe('The Kadoink reference', () => {
  let world: World
  let served: Json

  before(async () => {
    world = await World.start()
    served = await servedReference(world, 'kadoink')
    if (process.env.UPDATE_REFERENCE === '1') writeFileSync(CLIENT, typesOf(served))
  })
  after(() => world.end())

  const entries = () => entriesOf(served)

  it('is what the committed file says (UPDATE_REFERENCE=1 writes the file)', () => {
    expectCommitted(served, 'kadoink')
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
    expectSound(served)
  })

  it('says of each entry what it may answer: its success, and every refusal in the envelope', () => {
    const successes = new Map(declared.endpoints.map((one) => [nameOf(one), [one.status, one.again ?? one.status]]))
    for (const one of entries()) {
      const statuses = Object.keys(one.entry.responses)
      expect(new Set(statuses.filter((status) => status.startsWith('2')).map(Number)), one.name).to.deep.equal(
        new Set(successes.get(one.name)),
      )
      expectRefusals(one)
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
