import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { kadoinkLive } from '#surfaces/kadoink'

const ROOT = join(import.meta.dirname, '../../..')

describe('The page on live push', () => {
  it('names every event and every topic', async () => {
    const page = await readFile(join(ROOT, 'docs/realtime.md'), 'utf8')
    const reference = JSON.parse(await readFile(join(ROOT, 'server/surfaces/kadoink/reference.json'), 'utf8'))
    const names = [...Object.keys(reference['x-live'].events), ...kadoinkLive.topics]
    expect(names.length).to.be.above(40)
    expect(names.filter((name) => !page.includes(`\`${name}\``))).to.deep.equal([])
  })
})
