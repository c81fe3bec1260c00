import { expect } from 'chai'
import { onCall, phoneThat, staysFor } from '#test/calls-stage'
import { refused, replyTo, says } from '#test/commands-stage'
import type { Person } from '#test/people'
import { World } from '#test/world'

describe('Commands about the call grid', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  /** Ana knows these people; everybody joins who is rung. */
  async function knows(...names: readonly string[]): Promise<void> {
    for (const name of names) await ana.knows(name, phoneThat(world, staysFor(600)))
  }

  it('put contacts into cells that count from one, and take them out', async () => {
    await knows('Mom', 'Joe', 'Kim')
    expect(await replyTo(ana, 'grid')).to.equal('1 - 2 - 3 - 4 -')
    expect(await replyTo(ana, 'grid add @mom')).to.equal('Mom is 1 on your grid.')
    expect(await replyTo(ana, 'grid add joe 3')).to.equal('Joe is 3 on your grid.')
    expect(await replyTo(ana, 'Grid add @kim')).to.equal('Kim is 2 on your grid.')
    const { reply, result } = await says(ana, 'grid')
    expect(reply).to.equal('1 Mom 2 Kim 3 Joe 4 -')
    expect(result).to.deep.equal({ type: 'grid', data: (await ana.get('/grid')).body })
    expect(result.data.members.map((one: { position: number }) => one.position)).to.deep.equal([0, 1, 2])
    expect(await replyTo(ana, 'grid drop @kim')).to.equal('Kim is off your grid.')
    expect(await replyTo(ana, 'grid')).to.equal('1 Mom 2 - 3 Joe 4 -')
  })

  it('are refused as the endpoints refuse', async () => {
    await knows('Mom', 'Joe')
    await ana.post('/contacts', { name: 'Mail', email: 'mail@kadoink.example' })
    await says(ana, 'grid add mom 1')
    expect(await refused(ana, 'grid add mom')).to.match(/^409 already_in_grid/)
    expect(await refused(ana, 'grid add joe 1')).to.match(/^409 position_taken/)
    expect(await refused(ana, 'grid add joe 5')).to.equal('403 plan_limit_reached: Your plan allows 4 on the grid.')
    expect(await refused(ana, 'grid add joe 0')).to.match(/^422 command_not_understood/)
    expect(await refused(ana, 'grid add mail')).to.equal('422 validation_failed: Mail has no mobile number.')
    expect(await refused(ana, 'grid add nobody')).to.match(/^404 not_found/)
    expect(await refused(ana, 'grid drop joe')).to.equal('404 not_found: Joe is not on your grid.')
    expect(await refused(ana, 'grid end')).to.equal('404 not_found: Your grid is not being called.')
  })

  it('call everybody who stands there, in either order of the words, and end that call', async () => {
    expect(await refused(ana, 'call grid')).to.match(/^422 grid_empty/)
    await knows('Mom', 'Joe')
    await says(ana, 'grid add mom')
    await says(ana, 'grid add joe')
    for (const [text, canonical] of [
      ['Call Grid', 'call grid'],
      ['grid call', 'call grid'],
      ['c grid', 'call grid'],
    ] as const) {
      const { reply, verb, canonical: written, result } = await says(ana, text)
      expect(reply).to.equal('Calling you, then 2 on your grid.')
      expect([verb, written]).to.deep.equal([canonical, canonical])
      expect(result.data).to.deep.include({ kind: 'grid', privacy: 'private' })
      await world.pass(8)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Mom: 'joined', Joe: 'joined' })
      expect(await replyTo(ana, 'grid end')).to.equal('Call ended.')
      await world.pass(1)
      expect((await ana.get('/grid')).body.active_call).to.equal(null)
    }
  })

  it('call everybody later, when they begin with a time', async () => {
    await knows('Mom')
    await says(ana, 'grid add mom')
    const { reply, status, result } = await says(ana, 'in 2h, grid call')
    expect(reply).to.match(/^Job 1: \w{3} \d+:\d\d [AP]M, call grid/)
    expect([status, result.type]).to.deep.equal(['scheduled', 'job'])
    expect(result.data).to.deep.include({ kind: 'grid_call', command: 'call grid' })
    expect((await ana.get('/calls/active')).status).to.equal(404)
    expect(await refused(ana, 'in 2h grid end')).to.match(/^422 command_not_understood: "grid end" cannot wait/)
  })

  it('ask back before more than five are rung', async () => {
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ plan: 'plus' })
    await knows('A', 'B', 'C', 'D', 'E', 'F')
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) await says(ana, `grid add ${name}`)
    const asked = await says(ana, 'call grid')
    expect(asked.status).to.equal('confirm_required')
    expect(asked.confirm.recipients).to.equal(6)
    expect(asked.reply).to.equal('This calls 6 people. Reply OK to call.')
    expect((await ana.get('/calls/active')).status).to.equal(404)
    expect(await replyTo(ana, 'ok')).to.equal('Calling you, then 6 on your grid.')
    await world.pass(8)
    expect(Object.keys(await onCall(ana))).to.have.length(7)
  })
})
