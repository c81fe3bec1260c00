import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Spectral } from '@stoplight/spectral-core'
import { oas } from '@stoplight/spectral-rulesets'
import { expect } from 'chai'
import { World } from '#test/world'

/** The served reference, held against the recommended rules of the two linters that are in wide use. */
describe('The Kadoink reference, as linters read it', function () {
  this.timeout(60_000)
  let source: string

  before(async () => {
    const world = await World.start()
    source = await (await fetch(`${world.url}/openapi/kadoink.json`)).text()
    await world.end()
  })

  it('is clean by the recommended rules of Redocly', async () => {
    expect(await redocly(source)).to.deep.equal([])
  })

  it('is clean by the recommended rules of Spectral', async () => {
    expect(await spectral(source)).to.deep.equal([])
  })

  it('would be found out if it were not: an operation without an id and a tag that nobody describes', async () => {
    const whole = JSON.parse(source)
    const document = { ...whole, paths: { '/me': whole.paths['/me'] } }
    delete document.paths['/me'].get.operationId
    delete document.tags[0].description
    const broken = JSON.stringify(document)
    expect((await redocly(broken)).join())
      .to.include('operation-operationId')
      .and.include('tag-description')
    expect((await spectral(broken)).join()).to.include('operation-operationId')
  })
})

async function redocly(source: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source, absoluteRef: '/kadoink.json', config })
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`)
}

async function spectral(source: string): Promise<readonly string[]> {
  const linter = new Spectral()
  linter.setRuleset({ extends: [[oas, 'recommended']] } as Parameters<Spectral['setRuleset']>[0])
  const problems = await linter.run(JSON.parse(source))
  return problems.map(({ code, message, path }) => `${code}: ${message} ${path.join('.')}`)
}
