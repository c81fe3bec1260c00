import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { Limiter } from '#kit/limit'
import { applyFor, contentOf, freshUsername, mailPerson, notThe } from '#test/kadoink-accounts'
import { declared } from '#test/kadoink-endpoints'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Person } from '#test/people'
import { PASSWORD, World } from '#test/world'

describe('Signing in', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const login = (username: string, password = PASSWORD): Promise<Answer> =>
    world.visitor().post('/auth/login', { username, password, device_name: 'Phone' })

  it('gives a token at once when no e-mail address is on file', async () => {
    const { status, body } = await login(ana.username)
    expect(status).to.equal(200)
    expect(body).to.include({ status: 'ok', token_type: 'Bearer' })
    expect(body.token).to.match(/^kdk_[0-9A-Za-z]{43}$/)
    expect(body.session).to.include({ device_name: 'Phone', current: true, expires_at: body.expires_at })
    expect(body.user.id).to.equal(ana.user.id)
    expect(body.gate.state).to.equal('ok')
  })

  it('stores only the hash of a token', async () => {
    const { token, session } = (await login(ana.username)).body
    const row = await world.running.database.sql('sessions').where({ id: session.id }).first()
    expect(row.token_hash).to.equal(createHash('sha256').update(token).digest('hex'))
    for (const table of ['sessions', 'events']) {
      expect(await contentOf(world, table)).not.to.include(token.slice('kdk_'.length))
    }
  })

  it('mails a code first when an e-mail address is on file, and tells the other devices of the new one', async () => {
    const eve = await mailPerson(world)
    const socket = await eve.socket({ topics: ['account'] })
    const asked = await login(eve.email)
    expect(asked.status).to.equal(200)
    expect(asked.body).to.include({ status: 'otp_required', purpose: 'login', channel: 'email' })
    expect(asked.body.destination).to.equal('g***@example.com')
    expect(asked.body).not.to.have.any.keys('token', 'user')

    const code = await world.codeMailedTo(eve.email)
    const challenge_id = asked.body.challenge_id
    const { status, body } = await world.visitor().post('/auth/login/verify', { challenge_id, code })
    expect(status).to.equal(200)
    expect(body.user).to.include({ id: eve.user.id, email_verified: true })
    const frame = await socket.until('event', ({ event }) => event === 'session.created')
    expect(frame.data.session).to.deep.include({ id: body.session.id, current: false })
  })

  it('answers a wrong password and an unknown name alike', async () => {
    const wrong = await login(ana.username, 'not my password')
    const unknown = await login(freshUsername(), 'not my password')
    expect(refusal(wrong)).to.equal('401 invalid_credentials')
    expect(unknown.status).to.equal(401)
    expect(unknown.body).to.deep.equal(wrong.body)
    expect([...unknown.headers.keys()]).to.deep.equal([...wrong.headers.keys()])
  })

  it('knows a person by name in any case, by verified mobile however it is written, and by e-mail address', async () => {
    const eve = await mailPerson(world, { mobile: world.freshNumber() })
    const national = `(${ana.mobile.slice(2, 5)}) ${ana.mobile.slice(5, 8)}-${ana.mobile.slice(8)}`
    for (const name of [ana.username.toUpperCase(), ` ${ana.username} `, ana.mobile, national]) {
      expect((await login(name)).body.user?.id, name).to.equal(ana.user.id)
    }
    expect((await login(eve.email.toUpperCase())).body.status).to.equal('otp_required')
    expect(refusal(await login(eve.mobile)), 'a number that is only claimed').to.equal('401 invalid_credentials')
  })

  it('signs in the person of that name, even when the name holds the digits of somebody else’s number', async () => {
    const mobile = world.freshNumber()
    const username = `z${ana.mobile.slice(2)}`
    const applicant = await applyFor(world, { username, mobile, password: 'another password' })
    expect((await applicant.confirm(world.codeOn(mobile))).status).to.equal(201)

    expect((await login(username, 'another password')).body.user?.username).to.equal(username)
    expect((await login(ana.mobile)).body.user?.username).to.equal(ana.username)
  })

  it('shuts suspended people out, and tells so only those who know the password', async () => {
    const eve = await mailPerson(world)
    for (const person of [ana, eve]) {
      await world.running.database.sql('users').where({ id: person.user.id }).update({ suspended_at: new Date() })
      expect(refusal(await login(person.username))).to.equal('403 account_suspended')
      expect(refusal(await login(person.username, 'wrong'))).to.equal('401 invalid_credentials')
      expect(refusal(await person.get('/auth/sessions'))).to.equal('403 account_suspended')
      expect((await person.get('/me')).body.gate.state, 'all they are told').to.equal('suspended')
      expect((await person.post('/auth/logout')).status).to.equal(204)
    }
  })

  it('lets nobody in with a code that was mailed before they were suspended', async () => {
    const eve = await mailPerson(world)
    const { challenge_id } = (await login(eve.username)).body
    const code = await world.codeMailedTo(eve.email)
    await world.running.database.sql('users').where({ id: eve.user.id }).update({ suspended_at: new Date() })
    const answer = await world.visitor().post('/auth/login/verify', { challenge_id, code })
    expect(refusal(answer)).to.equal('403 account_suspended')
  })

  it('takes five tries for a name from one address, then not even the right password', async () => {
    const visitor = world.visitor()
    const attempt = (username: string, password: string) => visitor.post('/auth/login', { username, password })
    const spellings = [ana.username, ana.username.toUpperCase()]
    for (let i = 0; i < 5; i++) {
      expect(refusal(await attempt(spellings[i % 2] ?? '', 'wrong'))).to.equal('401 invalid_credentials')
    }
    const refused = await attempt(ana.username, PASSWORD)
    expect(refusal(refused)).to.equal('429 rate_limited')
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 900)
    expect((await login(ana.username)).status, 'from another address').to.equal(200)
  })

  it('looks at so many passwords a minute and no more, whoever asks and for whom', async () => {
    const [limiter, limit] = [new Limiter(), declared.surface.limits.login ?? []]
    const ask = (number: number) =>
      limiter.take('login', limit, 'body', { ip: `192.0.2.${number % 250}`, body: { username: `somebody${number}` } })
    for (let number = 1; number <= 1200; number++) await ask(number)
    expect(await ask(1201).catch(({ type }) => type.code)).to.equal('rate_limited')
  })

  it('forgives wrong passwords once the right one has come', async () => {
    const visitor = world.visitor()
    const attempt = (password: string) => visitor.post('/auth/login', { username: ana.username, password })
    for (const round of [1, 2]) {
      for (let i = 0; i < 4; i++) expect(refusal(await attempt('wrong'))).to.equal('401 invalid_credentials')
      expect((await attempt(PASSWORD)).status, `round ${round}`).to.equal(200)
    }
  })

  it('counts twenty tries an hour for a number, whatever the address and however it is written', async () => {
    const { mobile } = ana
    const gaps = ['', ' ', '-', '.', ' - ', '  ', ' .', '. ', '--', ' -']
    const spellings = gaps.flatMap((gap) => [
      `+1${gap}${mobile.slice(2)}`,
      `${mobile.slice(2, 5)}${gap}${mobile.slice(5)}`,
    ])
    const answers = await Promise.all(spellings.map((spelling) => login(spelling, 'wrong')))
    expect(outcomes(answers)).to.deep.equal({ '401 invalid_credentials': 20 })
    expect(refusal(await login(mobile))).to.equal('429 rate_limited')
  })

  it('burns a sign-in after five wrong codes, also when they come at once', async () => {
    const eve = await mailPerson(world)
    const { challenge_id } = (await login(eve.username)).body
    const right = await world.codeMailedTo(eve.email)
    const verify = (code: string) => world.visitor().post('/auth/login/verify', { challenge_id, code })
    const answers = await Promise.all(Array.from({ length: 12 }, () => verify(notThe(right))))
    expect(outcomes(answers)).to.deep.equal({ '422 code_invalid': 5, '429 rate_limited': 7 })
    expect(refusal(await verify(right))).to.equal('429 rate_limited')
  })

  it('opens one session when the right code is sent twice at once', async () => {
    const eve = await mailPerson(world)
    const { challenge_id } = (await login(eve.username)).body
    const code = await world.codeMailedTo(eve.email)
    const verify = () => world.visitor().post('/auth/login/verify', { challenge_id, code })
    expect(outcomes(await Promise.all([verify(), verify()]))).to.deep.equal({ 200: 1, '404 not_found': 1 })
  })

  it('sends another sign-in code after half a minute; the one before stops working', async () => {
    const eve = await mailPerson(world)
    const visitor = world.visitor()
    const { challenge_id } = (await login(eve.username)).body
    const old = await world.codeMailedTo(eve.email)
    const resend = () => visitor.post('/auth/login/resend', { challenge_id })
    expect(refusal(await resend())).to.equal('429 rate_limited')

    await world.moveClock(30)
    expect((await resend()).body.challenge_id).to.equal(challenge_id)
    const code = await world.codeMailedTo(eve.email)
    expect(refusal(await visitor.post('/auth/login/verify', { challenge_id, code: old }))).to.equal('422 code_invalid')
    expect((await visitor.post('/auth/login/verify', { challenge_id, code })).status).to.equal(200)
    expect(refusal(await resend())).to.equal('409 already_verified')
  })

  it('takes a sign-in code for ten minutes', async () => {
    const eve = await mailPerson(world)
    const { challenge_id } = (await login(eve.username)).body
    const code = await world.codeMailedTo(eve.email)
    await world.moveClock(600)
    const answer = await world.visitor().post('/auth/login/verify', { challenge_id, code })
    expect(refusal(answer)).to.equal('422 code_expired')
  })

  it('takes no registration for a sign-in, and no sign-in for a registration', async () => {
    const mobile = world.freshNumber()
    const { visitor, challengeId: challenge_id } = await applyFor(world, { mobile })
    const code = world.codeOn(mobile)
    expect(refusal(await visitor.post('/auth/login/verify', { challenge_id, code }))).to.equal('404 not_found')
    expect(refusal(await visitor.post('/auth/login/resend', { challenge_id }))).to.equal('404 not_found')
    expect((await visitor.post('/auth/register/verify', { challenge_id, code })).status).to.equal(201)
  })

  it('says which fields are missing', async () => {
    expect(complaints(await world.visitor().post('/auth/login', {}))).to.have.all.keys('username', 'password')
  })
})
