import { expect } from 'chai'
import { methodsOf, referencePath } from '#kit/openapi'
import { addresses } from '#kit/routes'
import { Project } from '#test/kodmobi'
import { declared } from '#test/kodmobi-endpoints'
import { redocly, spectral } from '#test/linters'
import type { Json } from '#test/people'
import { entriesOf, expectCommitted, expectRefusals, expectSound, servedReference } from '#test/references'
import { World } from '#test/world'

describe('The kod.mobi reference', function () {
  this.timeout(60_000)
  let world: World
  let project: Project
  let served: Json

  before(async () => {
    world = await World.start()
    project = await Project.begin(world)
    served = await servedReference(world, 'kodmobi')
  })
  after(() => world.end())

  it('is what the committed file says (UPDATE_REFERENCE=1 writes the file)', () => {
    expectCommitted(served, 'kodmobi')
  })

  it('holds every route by its first address, by each of its methods, and nothing that is none', () => {
    const routes = declared.endpoints.flatMap((one) =>
      methodsOf(one).map((method) => `${method} ${referencePath(one)}`),
    )
    expect(entriesOf(served).map(({ name }) => name)).to.have.members(routes)
    expect(served.servers).to.deep.equal([{ url: '/' }])
  })

  it('holds nothing that is not answered, and says where else the same is', async () => {
    for (const { name, method, path } of entriesOf(served)) {
      const { status, body } = await project.ask(path.replace('{id}', '1'), { method, key: null })
      expect([status, body.sys_message], name).to.deep.equal([401, 'ERROR_ACCESS_DENIED'])
    }
    for (const endpoint of declared.endpoints) {
      const { description } = served.paths[referencePath(endpoint)][endpoint.method.toLowerCase()]
      for (const mount of endpoint.mounts ?? []) {
        for (const { method, path } of addresses(endpoint)) {
          const address = mount + path
          if (address !== referencePath(endpoint)) expect(description).to.include(`\`${address}\``)
          const { status } = await project.ask(address.replace('{id}', '1'), { method, key: null })
          expect(status, `${method} ${address}`).to.equal(401)
        }
      }
    }
  })

  it('is sound, and says of each entry what it may answer', () => {
    expectSound(served)
    for (const one of entriesOf(served)) {
      expectRefusals(one)
      expect(Object.keys(one.entry.responses), one.name).to.include('200')
    }
  })

  it('names refusals by the words that clients know', () => {
    const { get } = served.paths['/api/v2/message/create']
    expect(get.responses['403'].description).to.include('`ERROR_PHONE_BLOCKED`').and.include('`ERROR_CHALLENGE`')
    expect(get.responses['429'].description).to.equal('`ERROR_MESSAGE_ATTEMPT`')
    expect(JSON.stringify(served)).not.to.include('session_expired`')
  })

  it('knows both keys, each where it is asked for', () => {
    expect(Object.keys(served.components.securitySchemes)).to.deep.equal(['public_key', 'secret_key'])
    for (const { name, path, entry } of entriesOf(served)) {
      const isServers = path.startsWith('/manual') || path.endsWith('/verify')
      expect(entry.security, name).to.deep.equal([{ [isServers ? 'secret_key' : 'public_key']: [] }])
    }
  })

  it('is clean by the recommended rules of Redocly and of Spectral', async () => {
    const source = JSON.stringify(served)
    expect(await redocly(source)).to.deep.equal([])
    expect(await spectral(source)).to.deep.equal([])
  })
})
