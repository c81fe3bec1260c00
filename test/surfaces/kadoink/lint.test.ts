import { expect } from 'chai'
import { redocly, spectral } from '#test/linters'
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
