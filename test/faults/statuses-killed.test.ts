import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { grant } from '#test/kadoink-book'
import type { Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { fans, primaryOf } from '#test/statuses'
import { handedOver } from '#test/texts-stage'
import { World } from '#test/world'

describe('A status that is texted by a server that is killed', () => {
  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let ana: Person
  let phones: readonly string[]

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-statuses-killed-'))
    born = await World.start({ DATA_DIR: dataDir })
    const person = await born.person('Ana')
    await grant(person, { plan: 'plus' })
    phones = await fans(born, primaryOf(person), 120)
    mortal = await handOver(born, dataDir)
    ana = mortal.person(person)
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const taken = () => phones.filter((phone) => handedOver(born, phone).length > 0).length

  it('reaches everybody, and nobody twice, whenever that was', async function () {
    this.timeout(60_000)
    const { status, body } = await ana.post('/statuses', { body: 'Doors open at 8' })
    expect([status, body.delivery.recipients]).to.deep.equal([201, 120])
    for (const many of [1, 30, 80]) {
      await until(() => taken() >= many)
      await mortal.server.kill()
      await mortal.server.start()
    }
    // What was under way when the server died is asked for at the carrier, and sent again only if it is not there.
    await until(async () => {
      await born.carrier.clock.advance(5)
      await mortal.database
        .sql('orders')
        .where({ effect: 'texter' })
        .update({ claimed_at: new Date(0) })
      return taken() === phones.length
    })
    for (const phone of phones) expect(handedOver(born, phone)).to.have.lengthOf(1)
    const [usage] = await mortal.database.sql('sms_uses').where({ user_id: ana.user.id })
    expect(usage.recipients).to.equal(120)
  })
})
