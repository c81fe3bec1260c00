import { expect } from 'chai'
import * as codes from '#domain/codes'
import { asking } from '#test/codes-stage'
import { World } from '#test/world'

describe('What the codes of a project may cost', () => {
  let world: World

  before(async () => {
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())

  const { write, project, refusal, outcome, opens, checks } = asking(() => world)

  it('cost a project no more than it may spend in an hour, however many are asked for at once', async () => {
    const { realm } = await project({ channels: ['sms', 'email'], rules: { paidSendsPerHour: 3 } })
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(opens(realm, {}))))
    expect(outcomes.filter((one) => one === 'done')).to.have.length(3)
    expect(outcomes.filter((one) => one === 'wrong_balance')).to.have.length(5)
    expect(await outcome(opens(realm, { to: 'free@example.com' }))).to.equal('done')
  })

  it('are not sent to numbers that lie together and whose codes do not come back, whichever project asks', async () => {
    const [{ realm }, { realm: another }] = [await project({ channels: ['sms', 'email'] }), await project()]
    const near = (last: number) => `+7999111${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) await opens(realm, { to: near(last) })
    await world.moveClock(180)
    for (const of of [realm, another]) {
      const refused = await refusal(opens(of, { to: near(20), channel: 'sms' }))
      expect(refused.type).to.equal(codes.Blocked)
      expect(refused.retryAfterSeconds).to.be.greaterThan(11 * 3600)
    }
    expect(await outcome(opens(realm, {})), 'elsewhere').to.equal('done')
  })

  it('that whoever asks for them knows prove nothing by coming back, and are few to numbers that lie together', async () => {
    const { realm } = await project({ channels: ['sms', 'whatsapp'] })
    const near = (last: number) => `+7999333${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) {
      const { session } = await opens(realm, { to: near(last), channel: 'sms' })
      // A pumper has another code sent that they know, to make it look as if the one before had come back.
      const given = { sessionId: session.id, channel: 'whatsapp', code: '1234' } as const
      if (last < 10) await write((unit) => codes.send(unit, realm, given))
      if (last < 10) await checks(realm, session, '1234')
    }
    await world.moveClock(180)
    expect(await outcome(opens(realm, { to: near(20) })), 'none has come back').to.equal('blocked')

    const far = (last: number) => `+7999444${String(last).padStart(4, '0')}`
    for (let last = 0; last < 60; last++) await opens(realm, { to: far(last), code: '1234' })
    await world.moveClock(3601)
    expect(await outcome(opens(realm, { to: far(60), code: '1234' }))).to.equal('blocked')
    expect(await outcome(opens(realm, { to: far(60), code: '1234', isOwner: true })), 'its server').to.equal('done')
    expect(await outcome(opens(realm, { to: far(61) })), 'a code of ours').to.equal('done')
  })

  it('that their project compares itself are not missed when they do not come back', async () => {
    const { realm } = await project({ channels: ['sms'] })
    const near = (last: number) => `+7999222${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) {
      await write((unit) => codes.sendManually(unit, realm, { to: near(last), channel: 'sms' }))
    }
    await world.moveClock(180)
    expect(await outcome(opens(realm, { to: near(20) }))).to.equal('done')
  })
})
