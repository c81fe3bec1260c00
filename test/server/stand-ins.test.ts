import { request } from 'node:http'
import { expect } from 'chai'
import { World } from '#test/world'

describe('A stand-in on loopback', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  /** The status of an answer to a request that names its host itself, as no `fetch` may. */
  const knock = (address: string, headers: Readonly<Record<string, string>>): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(address, { headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      asked.once('error', reject).end()
    })

  it('is not for pages of the web, nor for names of the web that lead to it', async () => {
    const { telegramUrl, paymentsUrl } = world.running
    for (const address of [`${telegramUrl}/control/people`, `${paymentsUrl}/control`, `${world.carrier.controlUrl}/`]) {
      const { host, port } = new URL(address)
      expect(await knock(address, {}), address).to.equal(200)
      expect(await knock(address, { Host: `localhost:${port}` }), address).to.equal(200)
      for (const headers of [
        { Host: `rebound.example:${port}` },
        { Host: `127.0.0.1.rebound.example:${port}` },
        { Host: host, Origin: 'https://rebound.example' },
      ]) {
        expect(await knock(address, headers), `${address} ${JSON.stringify(headers)}`).to.equal(403)
      }
    }
    for (const page of [`${telegramUrl}/codes_bot`, `${paymentsUrl}/portal`]) {
      expect(await knock(page, { Host: 'rebound.example' }), page).to.equal(403)
    }
  })
})
