import { World, stopPostgres } from '#test/realtime-world'
describe('slow', () => { for (const door of ['uws','ws'] as const) it(door, async () => {
        const world = await World.start({ settings: { bufferedBytes: 200_000 } })
          world.surface.padding = 20_000
          const ana = world.person()
          const [slow, quick] = [await world.app(door, ana), await world.app(door, ana)]
          await slow.hello()
          await quick.hello()
          slow.socket.pause()
          const texts = Array.from({ length: 400 }, (_, index) => `note ${index}`)
          console.time('t'); const iv = setInterval(()=>console.log(quick.notes.length, slow.notes.length, world.realtime.stats()), 500)
          await world.send(ana, ...texts)
          console.timeLog('t','sent')
          await quick.until('event', ({ event, data }) => event === 'inbox.note' && data.text === 'note 399')
          console.timeLog('t','quick')
          slow.socket.resume()
          const end = await slow.ended
          console.timeLog('t','slow ended', end, slow.notes.length)
          const again = await world.app(door, ana)
          await again.hello({ cursor: slow.cursor })
          console.timeLog('t', again.notes.length)
          clearInterval(iv)
          await world.stop()
 }); after(stopPostgres) })
