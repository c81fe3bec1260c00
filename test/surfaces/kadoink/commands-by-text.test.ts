import { expect } from 'chai'
import * as incoming from '#domain/incoming'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('Commands by text', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  after(() => world.end())

  /** Text us from a phone; what comes back. */
  async function texts(phone: string, ...bodies: readonly string[]): Promise<readonly string[]> {
    const before = heardBy(phone).length
    for (const body of bodies) {
      world.carrier.handset(phone).text(ACCOUNT.number, body)
      await world.textsArrive()
    }
    await world.textsArrive()
    return heardBy(phone).slice(before)
  }
  /** What a phone was told by us beside the welcome, in order. */
  function heardBy(phone: string): readonly string[] {
    return receivedBy(world, phone).filter((body) => !/^(Welcome|Reply STOP)/.test(body))
  }
  function runsOf({ user }: Person): Promise<readonly Json[]> {
    return world.running.database.sql('command_runs').where({ user_id: user.id }).orderBy('id')
  }

  it('are done for whoever has verified the phone, and are told like any other', async () => {
    const socket = await ana.socket({ topics: ['account'] })
    expect(await texts(ana.mobile, 'Contact add Zoe (555) 777-0001')).to.deep.equal(['Zoe saved as @zoe.'])
    const { data } = await socket.until('event')
    expect(data).to.deep.include({ source: 'sms', status: 'ok', verb: 'contact add', reply: 'Zoe saved as @zoe.' })
    expect((await ana.get('/contacts')).body.items).to.have.length(1)
  })

  it('are done once, however often they are heard', async () => {
    const bo = await world.person('Bo')
    await texts(bo.mobile, 'contact add Zoe 555-777-0001')
    const [text] = await world.running.database.sql('texts').where({ phone: bo.mobile, direction: 'in' })
    const tools = { database: world.running.database, count: async () => {} }
    await Promise.all([1, 2].map(() => incoming.hear(tools, text.id)))
    await world.textsArrive()
    expect(await runsOf(bo)).to.have.length(1)
    expect(receivedBy(world, bo.mobile).filter((body) => body === 'Zoe saved as @zoe.')).to.have.length(1)
  })

  it('that are refused say why, and what is none says what may have been meant', async () => {
    const bo = await world.person('Bo')
    expect(await texts(bo.mobile, 'contact drop @nobody')).to.deep.equal(['You have no contact @nobody.'])
    expect(await texts(bo.mobile, 'contcats')).to.deep.equal([
      'I don\'t know "contcats". Did you mean "contacts"? Send ? for the list.',
    ])
    expect((await runsOf(bo)).map(({ status, source }) => ({ status, source }))).to.deep.equal([
      { status: 'failed', source: 'sms' },
      { status: 'failed', source: 'sms' },
    ])
  })

  it('that are refused say what helps', async () => {
    const bo = await world.person('Bo')
    for (const [nickname, number] of [
      ['bob_k', '+15553334567'],
      ['bob_s', '+15553338899'],
    ]) {
      await bo.post('/contacts', { name: `Bob ${nickname?.at(-1)?.toUpperCase()}`, mobile: number, nickname })
    }
    await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] })
    expect(await texts(bo.mobile, 'who *nobody_here', 'grid add @bob_k 5', 'call @bob_s', 'call @bob')).to.deep.equal([
      'No tag *nobody_here. Try: find nobody_here',
      'Your plan allows 4 on the grid. Text PLAN for details.',
      'You are already on a call. HANGUP first.',
      'Which Bob? @bob_k (...4567) or @bob_s (...8899)',
    ])
    await bo.delete('/calls/active')
  })

  it('leave the words of the network alone', async () => {
    const bo = await world.person('Bo')
    expect(await texts(bo.mobile, 'HELP', 'INFO')).to.deep.equal([])
    expect(await runsOf(bo)).to.deep.equal([])
  })

  it('are taken twenty times in a minute; then it is said once to wait, and no more', async () => {
    const bo = await world.person('Bo')
    for (let text = 0; text < 23; text++) bo.phone.text(ACCOUNT.number, `name Bo ${text}`)
    await world.textsArrive()
    await world.textsArrive()
    expect(await runsOf(bo)).to.have.length(20)
    const answers = receivedBy(world, bo.mobile)
    expect(answers.filter((body) => /^Slow down a little, try again in \d+ s\.$/.test(body))).to.have.length.at.most(1)
    await world.moveClock(61)
    await texts(bo.mobile, 'name Bo again')
    expect(await runsOf(bo)).to.have.length(21)
  })

  it('use up what requests of the same kind would, and the other way round', async () => {
    const bo = await world.person('Bo')
    for (let call = 0; call < 3; call++) await bo.post('/commands', { text: 'call @nobody' })
    expect(await texts(bo.mobile, 'call @nobody', 'call @nobody', 'call @nobody')).to.have.length(3)
    expect(refusal(await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] }))).to.equal('429 rate_limited')
    expect((await texts(bo.mobile, 'call @nobody'))[0]).to.match(/^Slow down a little, try again in \d+ min\.$/)
    expect(await texts(bo.mobile, 'call @nobody')).to.deep.equal([])
    expect(await texts(bo.mobile, 'name Bob')).to.deep.equal(['You are Bob now.'])
    await world.moveClock(120)
    expect(await texts(bo.mobile, 'call @nobody'), 'it is said once, until the wait is over').to.deep.equal([])
  })

  it('that write to more people than an hour has room for are told to wait, once', async () => {
    const bo = await world.person('Bo')
    await grant(bo, { plan: 'plus' })
    const now = Date.parse((await bo.get('/home')).body.server_time)
    const sends = [400, 200].map((recipients, index) => ({
      user_id: bo.user.id,
      recipients,
      at: new Date(now - 1_790_000 + index * 1000),
    }))
    await world.running.database.sql('sms_sends').insert(sends)
    expect((await texts(bo.mobile, 't +15551230000 hi'))[0]).to.match(/^Slow down a little, try again in 3[01] min\.$/)
    expect(await texts(bo.mobile, 't +15551230000 hi')).to.deep.equal([])
    expect((await runsOf(bo)).map(({ code }) => code)).to.deep.equal(['rate_limited', 'rate_limited'])
  })

  it('count as what they are where numbers are written as in one’s own country', async () => {
    const bo = await world.person('Bo')
    const { sql } = world.running.database
    await sql('users').where({ id: bo.user.id }).update({ mobile: '+442079460958' })
    for (let call = 0; call < 6; call++) await bo.post('/commands', { text: 'call 020 7946 0959' })
    expect(refusal(await bo.post('/commands', { text: 'call 020 7946 0959' }))).to.equal('429 rate_limited')
    await sql('users').where({ id: bo.user.id }).update({ mobile: bo.mobile })
  })

  it('of somebody who is suspended are not done', async () => {
    const bo = await world.person('Bo')
    await world.running.database.sql('users').where({ id: bo.user.id }).update({ suspended_at: new Date() })
    expect(await texts(bo.mobile, 'name Bob')).to.deep.equal([])
    expect(await runsOf(bo)).to.deep.equal([])
  })

  describe('from a phone without an account', () => {
    it('follow a tag once its holder has said that they mean it', async () => {
      const jazz = await newTag(await world.person('Bo'))
      const phone = world.freshNumber()
      expect(await texts(phone, `Follow *${jazz.name}`)).to.deep.equal([
        `Reply OK to get texts from *${jazz.name}. Msg&data rates may apply. STOP to end.`,
      ])
      expect((await ana.get(`/ktags/${jazz.id}`)).body.follower_count).to.equal(0)
      expect(await texts(phone, 'Ok.')).to.deep.equal([
        `You get the texts of *${jazz.name} now. Msg&data rates may apply. Reply STOP to end.`,
      ])
      expect((await ana.get(`/ktags/${jazz.id}`)).body.follower_count).to.equal(1)
      expect(await texts(phone, `mute ${jazz.name}`)).to.deep.equal([`No more texts from *${jazz.name}.`])
      expect((await ana.get(`/ktags/${jazz.id}`)).body.follower_count).to.equal(0)
      expect(await texts(phone, `unfollow ${jazz.name}`)).to.deep.equal([`You do not follow *${jazz.name}.`])
    })

    it('know of no private tag, and end what has become private', async () => {
      const owner = await world.person('Bo')
      const secret = await newTag(owner, { visibility: 'private' })
      const phone = world.freshNumber()
      expect(await texts(phone, `follow ${secret.name}`)).to.deep.equal(['There is no such tag.'])
      const other = await world.person('Cy')
      const jazz = await newTag(other)
      await texts(phone, `follow ${jazz.name}`, 'ok')
      await other.patch(`/ktags/${jazz.id}`, { visibility: 'private' })
      expect(await texts(phone, `unfollow ${jazz.name}`)).to.deep.equal([`No more texts from *${jazz.name}.`])
    })

    it('are shown where to get one, once a day', async () => {
      const phone = world.freshNumber()
      expect(await texts(phone, 'call @mom', 'what?', 'ok')).to.deep.equal([
        `You need a free account for that: ${world.url}/join`,
      ])
      await world.moveClock(86_401)
      expect(await texts(phone, 'call @mom')).to.have.length(1)
    })

    it('say what can be done', async () => {
      const [answer] = await texts(world.freshNumber(), '?')
      expect(answer).to.match(/^FOLLOW \*tag/)
    })
  })
})
