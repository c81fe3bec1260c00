import { expect } from 'chai'
import { agree } from '#test/calls-stage'
import { refused, replyTo, says } from '#test/commands-stage'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Commands about the account', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  after(() => world.end())

  const quiet = async (): Promise<Json> => (await ana.get('/me')).body.settings.quiet_hours

  it('say how many texts are left', async () => {
    const { result, reply } = await says(ana, 'plan')
    expect(result).to.deep.equal({ type: 'entitlements', data: (await ana.get('/billing/entitlements')).body })
    const { limits, usage } = result.data
    expect(reply).to.equal(`Free plan: ${limits.sms_per_month - usage.sms_per_month} of 100 texts left.`)
    await ana.post('/invites', { mobile: world.freshNumber() })
    const left = limits.sms_per_month - usage.sms_per_month - 1
    expect(await replyTo(ana, 'plan')).to.equal(`Free plan: ${left} of 100 texts left.`)
    await agree(ana, { smsPerMonth: 0 })
    expect(await replyTo(ana, 'plan')).to.equal('Free plan: 0 of 0 texts left.')
  })

  it('set quiet hours, in any way that people write times', async () => {
    expect(await replyTo(ana, 'quiet')).to.equal('Quiet hours are off.')
    const { reply, canonical, result } = await says(ana, 'quiet 22:00-8:00')
    expect(reply).to.equal('Quiet from 22:00 to 08:00 (UTC).')
    expect(canonical).to.equal('quiet 22:00-08:00')
    expect(result.type).to.equal('user')
    expect((await ana.get('/me')).body).to.deep.include(result.data)
    expect(await quiet()).to.deep.equal({ start: '22:00', end: '08:00' })
    await says(ana, 'Quiet 11pm – 7:30 am.')
    expect(await quiet()).to.deep.equal({ start: '23:00', end: '07:30' })
    expect(await replyTo(ana, 'quiet')).to.equal('Quiet from 23:00 to 07:30 (UTC).')
    for (const text of ['quiet 25:00-8:00', 'quiet 22-8', 'quiet now']) {
      expect(await refused(ana, text), text).to.match(/^422 command_not_understood/)
    }
    expect(await quiet()).to.deep.equal({ start: '23:00', end: '07:30' })
    expect(await replyTo(ana, 'quiet OFF')).to.equal('Quiet hours are off.')
    expect(await quiet()).to.equal(null)
  })
})
