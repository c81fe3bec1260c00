import { expect } from 'chai'
import { mailPerson, notThe } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Your mobile', () => {
  let world: World
  let eve: Person
  let mobile: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    eve = await mailPerson(world)
    mobile = world.freshNumber()
  })

  /** Claim a number and have its code sent; the code. */
  async function claim(person: Person, number: string): Promise<string> {
    expect((await person.put('/me/mobile', { mobile: number })).status).to.equal(200)
    expect((await person.post('/me/mobile/codes', {})).status).to.equal(202)
    await world.textsArrive()
    return world.codeOn(number)
  }

  const verify = (person: Person, code: string): Promise<Answer> => person.post('/me/mobile/verify', { code })

  it('is nothing at first, then claimed, then verified', async () => {
    const none = await eve.get('/me/mobile')
    expect(none.status).to.equal(200)
    expect(none.body).to.deep.equal({
      mobile: null,
      verified: false,
      verified_at: null,
      pending_mobile: null,
      sms_opted_out: false,
      code_sent_at: null,
      resend_at: null,
    })

    const spaced = `+1 (${mobile.slice(2, 5)}) ${mobile.slice(5, 8)}-${mobile.slice(8)}`
    const set = await eve.put('/me/mobile', { mobile: spaced })
    expect(set.body).to.include({ mobile, verified: false, code_sent_at: null })
    await world.textsArrive()
    expect(world.carrier.handset(mobile).texts, 'setting a number sends no text').to.deep.equal([])

    const sent = await eve.post('/me/mobile/codes', {})
    expect(sent.status).to.equal(202)
    expect(Date.parse(sent.body.resend_at) - Date.parse(sent.body.code_sent_at)).to.equal(60_000)

    await world.textsArrive()
    const { status, body } = await verify(eve, world.codeOn(mobile))
    expect(status).to.equal(200)
    expect(body).to.include({ mobile, verified: true, pending_mobile: null })
    expect(body.gate.state).to.equal('ok')
    await world.textsArrive()
    expect(world.carrier.handset(mobile).texts.at(-1)?.body).to.match(/^Welcome to Kadoink/)
  })

  it('opens the gate live', async () => {
    const socket = await eve.socket({ topics: ['account'] })
    await verify(eve, await claim(eve, mobile))
    const frame = await socket.until('event', ({ event }) => event === 'me.gate_changed')
    expect(frame.data.gate).to.include({ state: 'ok', mobile_verified: true })
  })

  it('answers to POST and PATCH as to PUT', async () => {
    for (const method of ['POST', 'PATCH'] as const) {
      const { status, body } = await eve.ask(method, '/me/mobile', { mobile })
      expect([status, body.mobile]).to.deep.equal([200, mobile])
    }
  })

  it('goes to who verifies it: others lose their claim, and can claim it no more', async () => {
    const dan = await mailPerson(world)
    await dan.put('/me/mobile', { mobile })
    const bob = await world.person('Bob')
    await bob.put('/me/mobile', { mobile })
    await verify(eve, await claim(eve, mobile))

    expect((await dan.get('/me/mobile')).body.mobile).to.equal(null)
    expect((await bob.get('/me/mobile')).body).to.include({ mobile: bob.mobile, verified: true, pending_mobile: null })
    expect(refusal(await dan.put('/me/mobile', { mobile }))).to.equal('409 mobile_taken')
    expect(refusal(await verify(dan, '123456'))).to.equal('409 mobile_not_set')
  })

  it('goes to one of two accounts that verify it at the same moment', async () => {
    const dan = await mailPerson(world)
    const hers = await claim(eve, mobile)
    await world.moveClock(60)
    const his = await claim(dan, mobile)

    const answers = await Promise.all([verify(eve, hers), verify(dan, his)])
    expect(answers.map(({ status }) => status)).to.have.members([200, 409])
    expect(answers.flatMap((answer) => (answer.status === 409 ? refusal(answer) : []))[0]).to.match(
      /mobile_(taken|not_set)/,
    )
    const holders = await world.running.database.sql('users').where({ mobile })
    expect(holders).to.have.length(1)
  })

  it('keeps the verified number until the new one is verified', async () => {
    await verify(eve, await claim(eve, mobile))
    const next = world.freshNumber()
    await world.moveClock(60)
    const code = await claim(eve, next)
    expect((await eve.get('/me/mobile')).body).to.include({ mobile, verified: true, pending_mobile: next })
    expect((await eve.get('/inbox')).status, 'the gate stays open').to.equal(200)

    expect((await verify(eve, code)).body).to.include({ mobile: next, verified: true, pending_mobile: null })
    const dan = await mailPerson(world)
    expect((await dan.put('/me/mobile', { mobile })).status, 'the old number is free').to.equal(200)
  })

  it('drops a new number again when the verified one is set', async () => {
    await verify(eve, await claim(eve, mobile))
    const next = world.freshNumber()
    await eve.put('/me/mobile', { mobile: next })
    expect((await eve.put('/me/mobile', { mobile })).body).to.include({ mobile, verified: true, pending_mobile: null })
    expect(refusal(await eve.post('/me/mobile/codes', {}))).to.equal('409 already_verified')
    expect(refusal(await verify(eve, '123456'))).to.equal('409 already_verified')
  })

  it('takes no code that went to another number', async () => {
    const old = await claim(eve, mobile)
    await eve.put('/me/mobile', { mobile: world.freshNumber() })
    expect(refusal(await verify(eve, old))).to.equal('404 not_found')
    expect((await eve.get('/me/mobile')).body.verified).to.equal(false)
  })

  it('must be set before a code can be sent or taken', async () => {
    expect(refusal(await eve.post('/me/mobile/codes', {}))).to.equal('409 mobile_not_set')
    expect(refusal(await verify(eve, '123456'))).to.equal('409 mobile_not_set')
  })

  it('sends one code a minute; a new one voids the old, five wrong ones void it for good', async () => {
    const old = await claim(eve, mobile)
    const early = await eve.post('/me/mobile/codes', {})
    expect(refusal(early)).to.equal('429 rate_limited')
    expect(Number(early.headers.get('retry-after'))).to.be.within(1, 60)

    await world.moveClock(60)
    expect((await eve.post('/me/mobile/codes', {})).status).to.equal(202)
    await world.textsArrive()
    const code = world.codeOn(mobile)
    expect(outcomes([await verify(eve, old)])).to.deep.equal({ '422 code_invalid': 1 })
    const answers = await Promise.all(Array.from({ length: 9 }, () => verify(eve, notThe(code))))
    expect(outcomes(answers)).to.deep.equal({ '422 code_invalid': 4, '429 rate_limited': 5 })
    expect(refusal(await verify(eve, code))).to.equal('429 rate_limited')
  })

  it('takes a code for ten minutes', async () => {
    const code = await claim(eve, mobile)
    await world.moveClock(601)
    expect(refusal(await verify(eve, code))).to.equal('422 code_expired')
  })

  it('verifies once when the right code is sent twice at once', async () => {
    const code = await claim(eve, mobile)
    const answers = await Promise.all([verify(eve, code), verify(eve, code)])
    expect(outcomes(answers)).to.deep.equal({ 200: 1, '409 already_verified': 1 })
  })

  it('sends no code to a phone that has texted STOP, until it texts START', async () => {
    const phone = world.carrier.handset(mobile)
    phone.text(ACCOUNT.number, 'STOP')
    await world.pass(1)
    await eve.put('/me/mobile', { mobile })
    expect((await eve.get('/me/mobile')).body.sms_opted_out).to.equal(true)
    expect(refusal(await eve.post('/me/mobile/codes', {}))).to.equal('409 sms_opted_out')

    phone.text(ACCOUNT.number, 'START')
    await world.pass(1)
    expect((await eve.post('/me/mobile/codes', {})).status).to.equal(202)
  })

  it('can hear its code from a call', async () => {
    await eve.put('/me/mobile', { mobile })
    expect((await eve.post('/me/mobile/codes', { channel: 'voice' })).status).to.equal(202)
    await world.pass(30)
    const phone = world.carrier.handset(mobile)
    expect(phone.texts).to.deep.equal([])
    const [said = ''] = phone.heard.flatMap(({ words }) => /code is: ([\d, ]+)/.exec(words)?.[1] ?? [])
    expect((await verify(eve, said.replaceAll(', ', ''))).status).to.equal(200)
  })

  it('is not changed during a call', async () => {
    const ana = await world.person('Ana')
    await ana.post('/calls', { to: [await ana.knows('Bo', world.freshNumber())] })
    expect(refusal(await ana.put('/me/mobile', { mobile }))).to.equal('409 call_in_progress')
    await ana.delete('/calls/active')
    expect((await ana.put('/me/mobile', { mobile })).status).to.equal(200)
  })

  it('must be a phone number, and the code digits', async () => {
    for (const wrong of ['', 'my phone', '12', '+1', '+999999999999999999']) {
      expect(complaints(await eve.put('/me/mobile', { mobile: wrong })), wrong).to.have.all.keys('mobile')
    }
    expect(complaints(await verify(eve, '12 34 56'))).to.have.all.keys('code')
    expect(complaints(await eve.post('/me/mobile/codes', { channel: 'pigeon' }))).to.have.all.keys('channel')
  })

  it('sends one code for one Idempotency-Key, and says the same again', async () => {
    await eve.put('/me/mobile', { mobile })
    const key = { 'Idempotency-Key': 'code-1' }
    const first = await eve.post('/me/mobile/codes', {}, key)
    const again = await eve.post('/me/mobile/codes', {}, key)
    expect([again.status, again.body]).to.deep.equal([202, first.body])
    const other = await eve.post('/me/mobile/codes', { channel: 'voice' }, key)
    expect(refusal(other)).to.equal('409 idempotency_conflict')
    await world.textsArrive()
    expect(world.carrier.handset(mobile).texts).to.have.length(1)
  })
})
