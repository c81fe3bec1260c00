import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { doors, endDatabase, World } from '#test/realtime-world'

const MEGABYTE = 1_048_576

describe('Somebody who is behind with reading', function () {
  this.timeout(40_000)
  let world: World

  before(async () => {
    world = await World.start({ settings: { bufferedBytes: 48 * MEGABYTE } })
    world.surface.padding = randomBytes(192 * 1024).toString('base64')
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  for (const door of doors) {
    it(`goes without what is transient, and with nothing else, through the ${door} door`, async () => {
      const ana = world.person()
      const connect = async () => {
        const headers = { authorization: `Bearer ${ana.token}`, 'sec-websocket-extensions': '' }
        const client = await world.client(door, { headers }).opened()
        await client.until('ready')
        await client.hello()
        return client
      }
      const [slow, quick] = [await connect(), await connect()]
      const speak = (who: string) =>
        world.realtime.tell(world.surface, `user:${ana.id}`, { topic: 'call', event: 'call.speaking', data: { who } })
      slow.socket.pause()
      const texts = Array.from({ length: 100 }, (_, index) => `note ${index}`)
      await world.send(ana, ...texts)
      await quick.until('event', ({ data, event }) => event === 'account.noted' && data.text === 'note 99')
      for (const who of ['Bo', 'Cy', 'Di']) await speak(who)
      await quick.until('event', ({ data }) => data.who === 'Di')
      slow.socket.resume()
      await slow.until('event', ({ data, event }) => event === 'account.noted' && data.text === 'note 99')
      await world.send(ana, 'after')
      await slow.until('event', ({ data, event }) => event === 'account.noted' && data.text === 'after')
      await speak('Ed')
      await slow.until('event', ({ data }) => data.who === 'Ed')

      const heard = (client: typeof slow) =>
        client.events.filter(({ transient }) => transient).map(({ data }) => data.who)
      expect(heard(quick).slice(0, 3)).to.deep.equal(['Bo', 'Cy', 'Di'])
      expect(heard(slow)).to.deep.equal(['Ed'])
      expect(slow.notes).to.deep.equal([...texts, 'after'])
    })
  }
})
