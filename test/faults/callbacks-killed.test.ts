import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { askAt, freshPhone, Project } from '#test/kodmobi'
import type { Json } from '#test/people'
import { Receiver } from '#test/receiver'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { World } from '#test/world'

describe('A server that is killed while it tells a project what has become of a message', function () {
  this.timeout(90_000)

  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let receiver: Receiver
  let shop: Project
  /** How far the clock is moved, which each process begins anew. */
  let ahead = 0

  before(async () => {
    receiver = await new Receiver().open()
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-callbacks-killed-'))
    born = await World.start({ DATA_DIR: dataDir })
    shop = await Project.begin(born)
    mortal = await handOver(born, dataDir, { EGRESS_ALLOW: receiver.place })
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
    receiver.close()
  })
  beforeEach(() => receiver.reset())

  /** Have a code mailed: it is finished as soon as it is handed over. Gives the number of the message. */
  async function mailed(path = '/hook'): Promise<number> {
    const asked = { to: `ana${freshPhone()}@example.com`, channel: 'email', callback_url: receiver.at(path) }
    const { status, body } = await askAt(mortal.world, '/manual/send', { method: 'POST', asked, key: shop.secretKey })
    expect(status).to.equal(200)
    return body.message_id
  }
  const rowOf = (no: number): Promise<Json | undefined> =>
    mortal.database
      .sql('manual_callbacks')
      .whereIn('message_id', mortal.database.sql('manual_messages').where({ no }).select('id'))
      .first()
  const isTold = async (no: number) => (await rowOf(no))?.state === 'told'
  const told = () => receiver.heard.filter(({ path }) => path === '/hook')
  /**
   * Start it again, a minute later. The job that looks for what is due is locked for as long as its killed worker could
   * have been at it; the next message to come has it looked for, too.
   */
  async function comeBack(): Promise<void> {
    await mortal.server.start()
    ahead += 61
    await mortal.world.moveClock(ahead)
    const another = await mailed('/another')
    await until(() => isTold(another))
  }

  it('before it is answered tells it again a minute later, under the same id', async () => {
    receiver.answer = () => {}
    const no = await mailed()
    await until(() => told().length === 1)
    await mortal.server.kill()
    receiver.answer = (_, response) => response.end()
    await comeBack()

    await until(() => isTold(no))
    expect(told()).to.have.lengthOf(2)
    expect(told()[1]?.id).to.equal(told()[0]?.id)
    expect(JSON.parse(told()[1]?.body ?? '')).to.deep.equal({
      id: no,
      channel: 'email',
      status: 'sent',
      error: null,
    })
    expect(await rowOf(no)).to.include({ tries: 2, last_status: 200 })
  })

  it('after it is answered and before that is noted tells it again, under the same id', async () => {
    let release: (() => Promise<unknown>) | null = null
    receiver.answer = async (_, response) => {
      const holder = await mortal.database.sql.transaction()
      await holder('manual_callbacks').where({ state: 'telling' }).forUpdate().first()
      release = () => holder.rollback()
      response.end()
    }
    const no = await mailed()
    await until(() => release !== null && isSomeoneWaiting())
    await mortal.server.kill()
    await (release as (() => Promise<unknown>) | null)?.()
    receiver.answer = (_, response) => response.end()
    expect(await isTold(no)).to.equal(false)
    await comeBack()

    await until(() => isTold(no))
    expect(told()).to.have.lengthOf(2)
    expect(told()[1]?.id).to.equal(told()[0]?.id)
  })

  it('before anybody knows that it is to be told tells it as soon as it is back, once', async () => {
    const holder = await mortal.database.sql.transaction()
    await holder.raw('lock table manual_callbacks in exclusive mode')
    const no = await mailed()
    await until(async () => (await mortal.database.sql('manual_messages').where({ no }).first()).finished_at !== null)
    await mortal.server.kill()
    await holder.rollback()
    expect(await rowOf(no)).to.equal(undefined)

    await mortal.server.start()
    await until(() => isTold(no))
    expect(told()).to.have.lengthOf(1)
    expect(await rowOf(no)).to.include({ tries: 1, last_status: 200 })
  })

  async function isSomeoneWaiting(): Promise<boolean> {
    const { rows } = await mortal.database.sql.raw(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows.length > 0
  }
})
