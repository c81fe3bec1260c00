import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { kadoink } from '#test/command-line'
import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'
import { settings, World } from '#test/world'

describe('Those who decide about reports', function () {
  this.timeout(60_000)

  let world: World
  let dataDir: string
  let ana: Person
  let tag: Json

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-reports-'))
    world = await World.start({ DATA_DIR: dataDir })
    ana = await world.person('Ana')
    tag = await newTag(ana, { title: 'Jazz \u001b[31m' })
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const ask = (...words: string[]) =>
    kadoink(['reports', ...words], settings(world.databaseUrl, dataDir, world.carrier.url))

  it('see what waits, look at one, and decide of it', async () => {
    expect((await ask('list')).out).to.equal('Nothing waits for a decision.\n')
    const bo = await world.person('Bo')
    for (const who of [bo, world.visitor()]) {
      await who.post('/abuse-reports', {
        target_type: 'ktag',
        target_id: tag.id,
        reason: 'spam',
        details: 'Look\nhere',
      })
    }
    const { out } = await ask('list')
    expect(out.trim().split('\n')).to.have.lengthOf(2)
    expect(out).to.include(`*${tag.name} · Jazz`).and.not.include('\u001b')
    const [, no = ''] = /^\s*(\d+)/.exec(out) ?? []
    const shown = (await ask('show', no)).out
    expect(shown).to.include(`ktag ${tag.id}`).and.include(bo.user.id).and.include('Look here')
    expect((await ask('dismiss', no)).out).to.equal('2 dismissed.\n')
    expect((await ask('uphold', no)).out).to.equal('It has been decided before.\n')
    expect((await ask('list')).out).to.equal('Nothing waits for a decision.\n')
  })

  it('are told what they named wrong', async () => {
    const { code, err } = await ask('show', '999999')
    expect([code, err]).to.deep.equal([1, 'There is no report 999999.\n'])
    expect((await ask('dismiss')).err).to.equal('Name a report by its number: "reports list" shows them.\n')
    expect((await ask('uphold', 'x;')).code).to.equal(1)
  })
})
