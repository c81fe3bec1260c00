import { expect } from 'chai'
import { onCall, phoneThat, ringsOf, staysFor } from '#test/calls-stage'
import { refused, replyTo, says } from '#test/commands-stage'
import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'
import { World } from '#test/world'

describe('Commands about calls', () => {
  let world: World
  let ana: Person
  let mom: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    mom = phoneThat(world, staysFor(600))
    await ana.knows('Mom', mom)
  })

  const call = async (): Promise<Json> => (await ana.get('/calls/active')).body

  it('ring one’s phone, then the others; tell who is on, and end it', async () => {
    const begun = await says(ana, 'Call @Mom')
    expect(begun.reply).to.equal('Calling you now, then Mom.')
    expect(begun.canonical).to.equal('call @Mom')
    expect(begun.result.type).to.equal('call')
    expect(begun.result.data.id).to.equal((await call()).id)
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Mom: 'joined' })
    await ana.knows('Joe', phoneThat(world, { answer: { after: 20 } }))
    expect(await replyTo(ana, 'call add joe')).to.equal('Adding Joe.')
    await world.moveClock(180)
    expect(await replyTo(ana, 'call who')).to.match(
      /^Private call 3 min: you, Mom \(on\), Joe \((ringing|waiting|answered)\)$/,
    )
    expect(await refused(ana, 'call @mom')).to.match(/^409 call_in_progress/)
    const ended = await says(ana, 'hangup')
    expect(ended.reply).to.equal('Call ended after 3 min.')
    expect(ended.result.data).to.deep.include({ status: 'ended', end_reason: 'ended_by_host' })
    await world.pass(1)
    expect(await refused(ana, 'call end')).to.equal('404 not_found: You are not on a call.')
    expect(await refused(ana, 'call who')).to.match(/^404 not_found/)
  })

  it('ring groups, tags, numbers and several at once, each number once', async () => {
    const bo = await world.person('Bo')
    await bo.patch(`/ktags/${bo.user.primary_ktag.id}`, { call_policy: 'anyone' })
    await ana.knows('Joe', world.freshNumber())
    await says(ana, 'group new #band @mom @joe')
    const number = world.freshNumber()
    const begun = await says(ana, `c #band, @mom, *${bo.username}, ${number}`)
    expect(begun.reply).to.equal(`Calling you now, then #band, Mom, *${bo.username}, ${number}.`)
    expect(begun.canonical).to.equal(`call #band,@mom,*${bo.username},${number}`)
    const names = begun.result.data.participants.map((one: Json) => one.name)
    expect(names).to.have.members(['Ana', 'Mom', 'Joe', 'Bo', null])
    expect(begun.result.data).to.deep.include({ kind: 'group' })
    await says(ana, 'call end')
  })

  it('begin with a phone that takes the call; before that there is nothing to time', async () => {
    await says(ana, 'call @mom')
    expect(await replyTo(ana, 'call who')).to.equal('Private call: you, Mom (waiting)')
    expect(await replyTo(ana, 'hangup')).to.equal('Call ended.')
  })

  it('guess nobody', async () => {
    await ana.post('/contacts', { name: 'Bob King', nickname: 'bob_k', mobile: '+15550004567' })
    await ana.post('/contacts', { name: 'Bob Stone', nickname: 'bob_s', mobile: '+15550008899' })
    expect(await refused(ana, 'call @mom,@bob')).to.equal(
      '422 ambiguous_target: Which Bob? @bob_k (...4567) or @bob_s (...8899)',
    )
    expect(await refused(ana, 'call @nobody')).to.match(/^404 not_found/)
    expect(await refused(ana, 'call #nobody')).to.equal('404 not_found: You have no group #nobody.')
    expect(await refused(ana, 'call *nobody')).to.equal('404 not_found: No tag *nobody. Try: find nobody')
    expect(await refused(ana, 'call mom')).to.match(/^422 command_not_understood/)
    expect((await ana.get('/calls/active')).status).to.equal(404)
  })

  it('are refused as the endpoints refuse', async () => {
    const bo = await world.person('Bo')
    expect(await refused(ana, `call *${bo.username}`)).to.match(/^403 call_not_allowed/)
    const numbers = Array.from({ length: 5 }, () => world.freshNumber())
    expect(await refused(ana, `call ${numbers.join(',')}`)).to.match(/^403 plan_limit_reached/)
    expect(await refused(ana, `call ${ana.mobile}`)).to.match(/^422 validation_failed/)
    expect(await refused(ana, 'call add @mom')).to.match(/^404 not_found/)
  })

  it('ask back before more than five are rung, and ring nobody until they are answered', async () => {
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ plan: 'plus' })
    const numbers = Array.from({ length: 6 }, () => world.freshNumber())
    const text = `call ${numbers.join(',')}`
    const asked = await says(ana, text)
    expect(asked).to.deep.include({ status: 'confirm_required', reply: 'This calls 6 people. Reply OK to call.' })
    expect(asked.confirm.recipients).to.equal(6)
    expect(await replyTo(ana, 'no')).to.equal('Left undone.')
    expect(ringsOf(world, ana.mobile)).to.deep.equal([])
    const begun = await says(ana, text, { confirm: true })
    expect(begun.result.data.participants).to.have.length(7)
    await says(ana, 'hangup')
  })

  it('do not use up anybody’s turn while they ask', async () => {
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ plan: 'plus' })
    const crew = await newTag(ana, { name: 'crew' })
    for (let count = 0; count < 6; count++) {
      const follower = await world.person('Fan')
      await follower.post(`/ktags/${crew.id}/follow`, { calls: true })
    }
    const rung = () => world.running.database.sql('follows').where({ ktag_id: crew.id }).whereNotNull('rung_at')
    expect(await says(ana, 'call *crew')).to.deep.include({ status: 'confirm_required' })
    expect(await rung()).to.have.length(0)
    await says(ana, 'ok')
    expect(await rung()).to.have.length(6)
    await says(ana, 'hangup')
  })

  it('open a call and close it again', async () => {
    await says(ana, 'call @mom')
    await world.pass(8)
    const opened = await says(ana, 'call open')
    const { dial_in, privacy } = await call()
    expect(privacy).to.equal('open')
    expect(opened.reply).to.equal(
      `Open: followers can text JOIN ${ana.username}, or dial ${dial_in.number} PIN ${dial_in.pin}`,
    )
    expect(await replyTo(ana, 'call private')).to.equal('Private: nobody else can join.')
    expect(await call()).to.deep.include({ privacy: 'private', dial_in: null })
    await says(ana, 'hangup')
  })
})
