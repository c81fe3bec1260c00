import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { newId } from '#kit/id'
import { kadoink } from '#test/command-line'
import type { Person } from '#test/people'
import { settings, World } from '#test/world'

describe('Those who look after what people have scheduled', function () {
  this.timeout(60_000)

  let world: World
  let dataDir: string
  let ana: Person

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-admin-jobs-'))
    world = await World.start({ DATA_DIR: dataDir })
    ana = await world.person('Ana')
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const ask = (...words: string[]) =>
    kadoink(['jobs', ...words], settings(world.databaseUrl, dataDir, world.carrier.url))
  const later = async (body: string) => {
    const scheduled_at = new Date(Date.now() + 3_600_000).toISOString()
    return (await ana.post('/statuses', { body, scheduled_at })).body.id
  }

  it('see it, have it not happen, and have what has failed done after all', async () => {
    expect((await ask('list')).out).to.equal('There are none.\n')
    const [one, other] = [await later('Doors open'), await later('Doors close')]
    const { out } = await ask('list')
    expect(out.split('\n').map((line) => line.slice(0, 36))).to.have.members([one, other, ''])
    expect(out, 'what people have to say is theirs').not.to.include('Doors')

    expect((await ask('cancel', one)).out).to.include('cancelled')
    expect((await ask('cancel', one)).err).to.equal('That job is over.\n')
    expect((await ask('retry', one)).err).to.equal('That job is cancelled.\n')

    await world.running.database.sql('scheduled_jobs').where({ id: other }).update({ state: 'failed', wake_at: null })
    expect((await ask('list', 'failed')).out).to.include(other)
    expect((await ask('retry', other)).out).to.include('scheduled')
    await world.settle()
    expect((await ana.get('/statuses')).body.items.map(({ body }: { body: string }) => body)).to.deep.equal([
      'Doors close',
    ])
    expect((await ask('list', 'done')).out).to.include(other)
  })

  it('are told what they named wrong', async () => {
    expect((await ask('list', 'lost')).err).to.match(/^A job is one of scheduled, /)
    expect((await ask('retry', '7')).err).to.equal('Name a job by its id: "jobs list" shows them.\n')
    expect((await ask('cancel', newId())).err).to.equal('There is no such scheduled job.\n')
  })
})
