import { expect } from 'chai'
import { type Answer, type Said, shakeHands } from '#test/realtime-handshake'
import { Gate, MobileUnverified } from '#test/realtime-surface'
import { doors, endDatabase, World } from '#test/realtime-world'

const codeOf = ({ body }: Answer) => JSON.parse(body).error.code

describe('A handshake', () => {
  let world: World

  before(async () => {
    const settings = { allowedOrigins: ['https://app.kadoink.test'], trustProxyHops: 1, upgradesPerMinute: 5 }
    world = await World.start({ settings })
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  let address = 0
  for (const door of doors) {
    describe(`at the ${door} door`, () => {
      /** Everybody comes from an address of their own, so that budgets do not meet. */
      const shake = ({ plus = [], ...said }: Said = {}) => {
        address++
        return shakeHands(world.port(door), { ...said, plus: [`X-Forwarded-For: 192.0.2.${address}`, ...plus] })
      }

      it('is accepted when it is in order, and its sub-protocol echoed', async () => {
        const answer = await shake({ plus: ['Sec-WebSocket-Protocol: other.v9, test.v1'] })

        expect(answer.status).to.equal(101)
        expect(answer.headers['sec-websocket-protocol']).to.equal('test.v1')
        expect(answer.headers['sec-websocket-accept']).to.equal('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
      })

      it('echoes no sub-protocol that is not ours', async () => {
        const answer = await shake({ plus: ['Sec-WebSocket-Protocol: other.v9'] })

        expect(answer.headers).not.to.have.property('sec-websocket-protocol')
      })

      it('with a bad token is refused with 401 and the envelope of REST', async () => {
        const answer = await shake({ plus: ['Authorization: Bearer kdk_wrong'] })

        expect(answer.status).to.equal(401)
        expect(codeOf(answer)).to.equal('unauthorized')
        expect(answer.headers['content-type']).to.match(/^application\/json/)
      })

      it('with something else than a bearer token is refused with 401', async () => {
        expect((await shake({ plus: ['Authorization: Basic YTpi'] })).status).to.equal(401)
      })

      it('is accepted whatever stands where proxies name addresses', async () => {
        for (const said of ['fe80::1%eth0', '::1%', 'unknown', '[::1]:80', '%, ,']) {
          const answer = await shake({ plus: [`X-Forwarded-For: ${said}`] })

          expect(answer.status, said).to.equal(101)
        }
      })

      it('of an account that may not connect is refused with 403', async () => {
        world.surface.tokens.set('kdk_gate', MobileUnverified())
        const answer = await shake({ plus: ['Authorization: Bearer kdk_gate'] })

        expect(answer.status).to.equal(403)
        expect(codeOf(answer)).to.equal('mobile_unverified')
      })

      it('elsewhere is refused with 404', async () => {
        const answer = await shake({ path: '/test/elsewhere' })

        expect(answer.status).to.equal(404)
        expect(codeOf(answer)).to.equal('not_found')
      })

      it('takes no notice of a query', async () => {
        expect((await shake({ path: '/test/realtime?x=1' })).status).to.equal(101)
      })

      for (const [what, said] of [
        ['two Hosts', { plus: ['Host: evil.test'] }],
        ['no Host', { without: 'Host' }],
        ['an empty Host', { without: 'Host', plus: ['Host: '] }],
        ['a Host that is none', { without: 'Host', plus: ['Host: kadoink.test/@evil.test'] }],
        ['two words to upgrade to', { plus: ['Upgrade: h2c'] }],
        ['a sub-protocol that is none', { plus: ['Sec-WebSocket-Protocol: test v1'] }],
        ['a sub-protocol twice', { plus: ['Sec-WebSocket-Protocol: test.v1, test.v1'] }],
        ['a key that is none', { without: 'Sec-WebSocket-Key', plus: ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ!!'] }],
        ['another version', { without: 'Sec-WebSocket-Version', plus: ['Sec-WebSocket-Version: 8'] }],
        ['no version', { without: 'Sec-WebSocket-Version' }],
        ['two versions', { plus: ['Sec-WebSocket-Version: 13'] }],
        ['no key', { without: 'Sec-WebSocket-Key' }],
        ['two keys', { plus: ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='] }],
        ['a key that is too short', { without: 'Sec-WebSocket-Key', plus: ['Sec-WebSocket-Key: c2hvcnQ='] }],
        ['two lengths', { plus: ['Content-Length: 0', 'Content-Length: 0'] }],
        ['two lengths that differ', { plus: ['Content-Length: 0', 'Content-Length: 5'] }],
        ['a length and a coding', { plus: ['Content-Length: 0', 'Transfer-Encoding: chunked'] }],
        ['a coding', { plus: ['Transfer-Encoding: chunked'] }],
        ['a coding that nobody knows', { plus: ['Transfer-Encoding: xchunked'] }],
        ['a body', { plus: ['Content-Length: 5'] }],
      ] as const) {
        it(`with ${what} is refused with 400`, async () => {
          expect((await shake(said)).status).to.equal(400)
        })
      }

      it('that is none by the rules of HTTP and of WebSocket opens nothing', async () => {
        const strange: [what: string, said: Parameters<typeof shake>[0]][] = [
          ['of HTTP/1.0', { http: '1.0' }],
          ['of HTTP/2.0', { http: '2.0' }],
          ['to another protocol', { without: 'Upgrade', plus: ['Upgrade: h2c'] }],
          ['without an Upgrade', { without: 'Upgrade' }],
          ['whose Connection says nothing of it', { without: 'Connection', plus: ['Connection: keep-alive'] }],
          ['by POST', { method: 'POST' }],
          ['by TRACE', { method: 'TRACE' }],
          ['with a folded header', { plus: ['X-Odd: one', ' two'] }],
          ['with a space before a colon', { plus: ['Transfer-Encoding : chunked'] }],
          ['with a header without a colon', { plus: ['nonsense'] }],
        ]
        // All at once: some keep the native code waiting for the rest of them, until it cuts them without a word.
        await Promise.all(
          strange.map(async ([what, said]) => {
            expect((await shake(said)).status, what).to.be.oneOf([400, 404, 405, 426, 505, null])
          }),
        )
      })

      it('longer than requests may be is refused', async () => {
        expect((await shake({ plus: [`X-Long: ${'x'.repeat(20_000)}`] })).status).to.be.oneOf([400, 431])
      })

      for (const [offer, isTaken] of [
        ['permessage-deflate', true],
        ['permessage-deflate; client_max_window_bits', true],
        ['permessage-deflate; client_max_window_bits=10; server_no_context_takeover', true],
        ['x-webkit-deflate-frame, permessage-deflate', true],
        ['permessage-deflate; server_max_window_bits=10', false],
        ['permessage-deflate; server_max_window_bits=10, permessage-deflate', true],
        ['permessage-deflate; of="course', false],
        ['', false],
      ] as const) {
        it(`that offers "${offer}" is accepted ${isTaken ? 'with' : 'without'} compression`, async () => {
          const answer = await shake({ plus: [`Sec-WebSocket-Extensions: ${offer}`] })

          expect(answer.status).to.equal(101)
          expect(answer.headers['sec-websocket-extensions']?.startsWith('permessage-deflate') ?? false).to.equal(
            isTaken,
          )
        })
      }

      it('from another origin is refused with 403', async () => {
        const answer = await shake({ plus: ['Origin: https://evil.test'] })

        expect(answer.status).to.equal(403)
        expect(codeOf(answer)).to.equal('origin_not_allowed')
      })

      for (const origin of ['https://kadoink.test', 'http://KADOINK.test', 'https://app.kadoink.test']) {
        it(`from ${origin} is accepted`, async () => {
          expect((await shake({ plus: [`Origin: ${origin}`] })).status).to.equal(101)
        })
      }

      for (const origin of ['null', 'https://kadoink.test.evil.test', 'https://kadoink.test:444']) {
        it(`from ${origin} is refused`, async () => {
          expect((await shake({ plus: [`Origin: ${origin}`] })).status).to.equal(403)
        })
      }

      it('beyond the budget of an address is refused with 429, and says when to come again', async () => {
        const from = (client: string) => shakeHands(world.port(door), { plus: [`X-Forwarded-For: ${client}`] })
        const statuses = []
        for (let time = 1; time <= 5; time++) statuses.push((await from(`invented, 198.51.100.${door.length}`)).status)
        const sixth = await from(`another, 198.51.100.${door.length}`)
        const neighbour = await from('198.51.100.77')

        expect(statuses).to.deep.equal([101, 101, 101, 101, 101])
        expect(sixth.status).to.equal(429)
        expect(codeOf(sixth)).to.equal('rate_limited')
        expect(Number(sixth.headers['retry-after'])).to.be.within(10, 12)
        expect(neighbour.status).to.equal(101)
      })

      it('during a token check that its client does not wait for, harms nobody', async () => {
        const [checked, gate] = [new Gate(), new Gate()]
        world.surface.onCheck = () => {
          checked.open()
          return gate.opened
        }
        const ana = world.person()
        const headers = { authorization: `Bearer ${ana.token}`, 'x-forwarded-for': '192.0.2.250' }
        const impatient = world.client(door, { headers })
        await checked.opened
        await impatient.cut()
        world.surface.onCheck = () => undefined
        gate.open()

        expect((await shake()).status).to.equal(101)
      })
    })
  }

  it('behind a request that has no answer yet does not overtake it at the ws door: both are cut', async () => {
    const request = ['GET /slow HTTP/1.1', 'Host: kadoink.test', '', ''].join('\r\n')
    const overtaken = await shakeHands(world.port('ws'), { before: request, plus: ['X-Forwarded-For: 203.0.113.10'] })
    const answered = await shakeHands(world.port('ws'), { plus: ['X-Forwarded-For: 203.0.113.10'] })

    expect([overtaken.status, answered.status]).to.deep.equal([null, 101])
  })

  it('is the only thing the uws door answers: everything else is 404, and the connection is closed', async () => {
    const said = [{ without: 'Upgrade' }, { method: 'POST' }, { path: '/', without: 'Sec-WebSocket-Key' }]
    for (const each of said) {
      const answer = await shakeHands(world.port('uws'), { ...each, plus: ['X-Forwarded-For: 203.0.113.9'] })
      expect(answer.status).to.be.oneOf([400, 404])
      expect(answer.headers.connection).to.equal('close')
    }
  })
})
