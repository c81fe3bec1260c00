import { expect } from 'chai'
import { World } from '#test/world'

const TOKEN = 'a token for those who look after it'

describe('What the server counts about itself', () => {
  let world: World

  before(async () => {
    world = await World.start({ METRICS_TOKEN: TOKEN })
  })
  after(() => world.end())

  async function series(): Promise<ReadonlyMap<string, number>> {
    const answer = await fetch(`${world.url}/metrics`, { headers: { Authorization: `Bearer ${TOKEN}` } })
    const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
  }

  it('is for those who have the token', async () => {
    expect((await fetch(`${world.url}/metrics`)).status).to.equal(401)
  })

  it('tells how sockets were opened, resumed and closed', async () => {
    const ana = await world.person('Ana')
    for (const door of ['ws', 'uws'] as const) {
      const socket = await ana.socket({ door })
      const again = await ana.socket({ door, cursor: socket.cursor })
      const garbled = await ana.socket({ door, cursor: 'c_nonsense' })
      for (const each of [socket, again, garbled]) {
        each.socket.close(1000)
        await each.ended
      }
    }
    const counted = await series()
    for (const door of ['ws', 'uws']) {
      expect(counted.get(`kadoink_sockets_opened_total{surface="kadoink",door="${door}"}`)).to.equal(3)
    }
    expect(counted.get('kadoink_sockets_resumed_total{surface="kadoink",outcome="whole"}')).to.equal(2)
    expect(counted.get('kadoink_sockets_resumed_total{surface="kadoink",outcome="cursor_unknown"}')).to.equal(2)
    expect(counted.get('kadoink_sockets_closed_total{surface="kadoink",code="1000"}')).to.equal(6)
  })

  it('tells how far behind things are', async () => {
    await world.settle()
    const { sql } = world.running.database
    await sql('agenda_jobs').insert({ name: 'nobody runs this', next_run_at: sql.raw(`now() - interval '90 seconds'`) })
    const counted = await series()
    expect(counted.get('kadoink_outbox_lag_seconds')).to.equal(0)
    expect(counted.get('kadoink_job_age_seconds')).to.be.within(90, 100)
    expect(counted.get('kadoink_pool_waiters')).to.equal(0)
    expect(counted.has('kadoink_carrier_queue_seconds')).to.equal(true)
    expect(counted.get('nodejs_eventloop_lag_p99_seconds')).to.be.above(0)
  })

  it('stays small whatever is asked for', async () => {
    const ana = await world.person('Ana')
    const odd = ['GET', 'POST', 'PATCH', 'DELETE', 'PURGE']
    for (let round = 0; round < 60; round++) {
      const asked = odd.map((method, index) =>
        ana.ask(method, `/calls/${round}-${index}/${'x'.repeat(round)}?${round}`),
      )
      await Promise.all(asked)
    }
    const counted = await series()
    expect(counted.size).to.be.below(5_000)
    expect([...counted.keys()].filter((name) => name.includes('xxx'))).to.deep.equal([])
  })
})
