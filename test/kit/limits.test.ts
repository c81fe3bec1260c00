import { once } from 'node:events'
import { expect } from 'chai'
import { Fault } from '#kit/fault'
import { type Caller, type Limit, Limiter, type LimitStage } from '#kit/limit'
import { connectRedis, type RedisLink } from '#kit/redis'
import { TestRedis } from '#test/realtime-redis'

const byIp: Limit = [{ points: 3, perSeconds: 60, by: 'ip' }]

/** How many of some tries pass. */
async function passes(limiter: Limiter, limit: Limit, caller: Caller, stage: LimitStage, tries: number) {
  let passed = 0
  for (let turn = 0; turn < tries; turn++) {
    await limiter.take('test', limit, stage, caller).then(
      () => passed++,
      (error) => expect(error).to.have.nested.property('type.code', 'rate_limited'),
    )
  }
  return passed
}

describe('Limits in memory', () => {
  it('count each address for itself and say when to come back', async () => {
    const limiter = new Limiter()
    expect(await passes(limiter, byIp, { ip: 'a' }, 'ip', 5)).to.equal(3)
    expect(await passes(limiter, byIp, { ip: 'b' }, 'ip', 5)).to.equal(3)
    const refusal = await limiter.take('test', byIp, 'ip', { ip: 'a' }).catch((error) => error)
    expect(refusal).to.be.instanceOf(Fault)
    expect(refusal.retryAfterSeconds).to.be.within(1, 60)
  })

  it('count the addresses that one customer of IPv6 has as one, whatever a budget is by', async () => {
    const limiter = new Limiter()
    const limit: Limit = [
      { points: 3, perSeconds: 60, by: 'ip' },
      { points: 3, perSeconds: 60, by: 'viewer' },
      { points: 3, perSeconds: 60, by: ({ ip }) => `somebody at ${ip}` },
    ]
    for (const stage of ['ip', 'viewer', 'body'] as const) {
      const from = (ip: string) => passes(limiter, limit, { ip }, stage, 2)
      const passed = [await from('2001:db8:1:2::7'), await from('2001:db8:1:2:a:b:c:d'), await from('2001:db8:1:3::7')]
      expect(passed, stage).to.deep.equal([2, 1, 2])
    }
  })

  it('count at their stage alone', async () => {
    const limiter = new Limiter()
    expect(await passes(limiter, byIp, { ip: 'a' }, 'viewer', 9)).to.equal(9)
    expect(await passes(limiter, byIp, { ip: 'a' }, 'ip', 9)).to.equal(3)
  })

  it('count a viewer across addresses, and who shows no token by address', async () => {
    const limiter = new Limiter()
    const byViewer: Limit = [{ points: 3, perSeconds: 60, by: 'viewer' }]
    expect(await passes(limiter, byViewer, { ip: 'a', viewerId: 'Ana' }, 'viewer', 2)).to.equal(2)
    expect(await passes(limiter, byViewer, { ip: 'b', viewerId: 'Ana' }, 'viewer', 5)).to.equal(1)
    expect(await passes(limiter, byViewer, { ip: 'a' }, 'viewer', 5)).to.equal(3)
  })

  it('count what the body names, unless it names nothing', async () => {
    const limiter = new Limiter()
    const byWord: Limit = [{ points: 1, perSeconds: 60, by: ({ body }) => (body as { word: string | null }).word }]
    expect(await passes(limiter, byWord, { ip: 'a', body: { word: 'x' } }, 'body', 3)).to.equal(1)
    expect(await passes(limiter, byWord, { ip: 'b', body: { word: 'x' } }, 'body', 3)).to.equal(0)
    expect(await passes(limiter, byWord, { ip: 'a', body: { word: null } }, 'body', 3)).to.equal(3)
  })

  it('hold to every budget', async () => {
    const limiter = new Limiter()
    const both: Limit = [
      { points: 5, perSeconds: 60, by: 'ip' },
      { points: 2, perSeconds: 3600, by: 'ip' },
    ]
    expect(await passes(limiter, both, { ip: 'a' }, 'ip', 9)).to.equal(2)
  })
})

describe('Limits in Redis', () => {
  let redis: TestRedis | undefined
  const connections: RedisLink[] = []

  before(async function () {
    redis = await TestRedis.start()
    if (!redis) this.skip()
  })
  after(async () => {
    for (const connection of connections) connection.disconnect()
    await redis?.end()
  })

  /** A limiter as another process has it. */
  async function limiter(): Promise<Limiter> {
    const connection = connectRedis({ url: redis?.url ?? '', isCluster: false }, 'test', () => {})
    connections.push(connection)
    await once(connection, 'ready')
    return new Limiter(connection)
  }

  it('are shared by all processes', async () => {
    const [one, other] = [await limiter(), await limiter()]
    expect(await passes(one, byIp, { ip: 'shared' }, 'ip', 2)).to.equal(2)
    expect(await passes(other, byIp, { ip: 'shared' }, 'ip', 5)).to.equal(1)
    expect(await passes(one, byIp, { ip: 'shared' }, 'ip', 1)).to.equal(0)
  })

  it('never fall open: while Redis is away each process counts for itself, and then together again', async () => {
    const one = await limiter()
    const connection = connections.at(-1)
    expect(await passes(one, byIp, { ip: 'away' }, 'ip', 1)).to.equal(1)
    const gone = once(connection as RedisLink, 'close')
    await redis?.fall()
    await gone
    expect(await passes(one, byIp, { ip: 'away' }, 'ip', 6)).to.equal(3)

    const back = once(connection as RedisLink, 'ready')
    await redis?.rise()
    await back
    expect(await passes(one, byIp, { ip: 'again' }, 'ip', 2)).to.equal(2)
    expect(await passes(await limiter(), byIp, { ip: 'again' }, 'ip', 5)).to.equal(1)
  })

  it('count from the start when Redis never was there', async () => {
    const connection = connectRedis({ url: 'redis://127.0.0.1:1', isCluster: false }, 'test', () => {})
    connections.push(connection)
    expect(await passes(new Limiter(connection), byIp, { ip: 'a' }, 'ip', 5)).to.equal(3)
  })
})

describe('A Redis whose certificate nobody vouches for', () => {
  it('is spoken to where that is said to be so, and nowhere else', async function () {
    const redis = await TestRedis.start({ isSecure: true })
    if (!redis) return this.skip()
    const { url } = redis
    const heard = (isUnverified: boolean) =>
      new Promise<string>((resolve) => {
        const link = connectRedis({ url, isCluster: false, isUnverified }, 'test', ({ message }) => end(message))
        const end = (said: string) => {
          link.disconnect()
          resolve(said)
        }
        link.on('ready', () => link.ping().then(end, ({ message }) => end(message)))
      })
    expect(await heard(true)).to.equal('PONG')
    expect(await heard(false)).to.match(/self-signed certificate/)
    await redis.end()
  })
})
