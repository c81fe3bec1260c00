import { expect } from 'chai'
import type { Answer } from '#test/people'
import { World } from '#test/world'

describe('Codes that nobody asked for', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  let names = 0
  /** Somebody asks for a code to be texted to a number. */
  function register(mobile: string): Promise<Answer> {
    names++
    return world
      .visitor()
      .post('/auth/register', { username: `guest${names}`, mobile, password: 'correct horse battery' })
  }

  /** The number with these last four digits among those that lie together. */
  const near = (prefix: string, last: number) => `${prefix}${String(last).padStart(4, '0')}`

  it('are not sent to countries that are not on the list', async () => {
    for (const mobile of ['+18764567890', '+79522966236', '+442071838750']) {
      const { status, body } = await register(mobile)
      expect(status, mobile).to.equal(422)
      expect(body.error.code, mobile).to.equal('country_not_supported')
      expect(body.error.fields, mobile).to.have.property('mobile')
    }
    expect((await register('+14165550123')).status, 'Canada').to.equal(202)
  })

  it('are not sent to premium, toll-free or satellite numbers, wherever else they may go', async () => {
    const open = await World.start({ COUNTRIES: '*' })
    try {
      const costly = [
        '+19005551234',
        '+18005551234',
        '+449098790000',
        '+881612345678',
        '+870773111632',
        '+979123456789',
      ]
      for (const [index, mobile] of costly.entries()) {
        const { status, body } = await open.visitor().post('/auth/register', {
          username: `dear${index}`,
          mobile,
          password: 'correct horse battery',
        })
        expect(status, mobile).to.equal(422)
        expect(body.error.code, mobile).to.be.oneOf(['number_not_supported', 'validation_failed'])
      }
      const abroad = { username: 'abroad', mobile: '+79522966236', password: 'correct horse battery' }
      expect((await open.visitor().post('/auth/register', abroad)).status).to.equal(202)
      await open.settle()
      expect(open.carrier.messages().map(({ to }) => to)).to.deep.equal(['+79522966236'])
    } finally {
      await open.end()
    }
  })

  it('are refused for a number that a person wants to have, before anything is sent', async () => {
    const ana = await world.person('Ana')
    const refused = await ana.put('/me/mobile', { mobile: '+18764567890' })
    expect(refused.body.error.code).to.equal('country_not_supported')
    expect((await ana.get('/me/mobile')).body.pending_mobile).to.equal(null)
  })

  it('stop when twenty of those to numbers that lie together have not come back', async () => {
    const prefix = '+1555700'
    for (let last = 0; last < 20; last++) expect((await register(near(prefix, last))).status).to.equal(202)
    expect((await register(near(prefix, 20))).status, 'while they may still be typed').to.equal(202)

    await world.moveClock(180)
    const refused = await register(near(prefix, 21))
    expect(refused.status).to.equal(429)
    expect(Number(refused.headers.get('retry-after'))).to.be.within(11 * 3600, 12 * 3600)
    expect((await register(near('+1555701', 0))).status, 'other numbers').to.equal(202)

    await world.moveClock(12 * 3600)
    expect((await register(near(prefix, 22))).status, 'half a day later').to.equal(202)
  })

  it('go on where they come back', async () => {
    const prefix = '+1555702'
    for (let last = 0; last < 20; last++) {
      const mobile = near(prefix, last)
      const { body } = await register(mobile)
      await world.textsArrive()
      if (last % 4 !== 0) continue
      const answer = { challenge_id: body.challenge_id, code: world.codeOn(mobile) }
      expect((await world.visitor().post('/auth/register/verify', answer)).status).to.equal(201)
    }
    await world.moveClock(180)
    expect((await register(near(prefix, 20))).status).to.equal(202)
  })

  it('are at most sixty an hour to numbers that lie together, however many are asked for at once', async () => {
    const prefix = '+1555703'
    const ask = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from }, (_, index) => register(near(prefix, from + index))))
    // Not all seventy at once: each hashes a password, and whoever waits too long for the database is refused for that.
    const answers = [...(await ask(0, 20)), ...(await ask(20, 40)), ...(await ask(40, 70))]
    expect(answers.filter(({ status }) => status === 202)).to.have.lengthOf(60)
    expect(answers.filter(({ status }) => status === 429)).to.have.lengthOf(10)
    await world.settle()
    expect(world.carrier.messages().filter(({ to }) => to.startsWith(prefix))).to.have.lengthOf(60)
  })
})
