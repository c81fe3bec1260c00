import { expect } from 'chai'
import { newId } from '#kit/id'
import { callWith, phoneThat, staysFor } from '#test/calls-stage'
import { leaves } from '#test/departures-stage'
import { freshEmail, freshUsername, mailPerson, notThe, otherDevice } from '#test/kadoink-accounts'
import { outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { follow, newTag } from '#test/tags'
import { statusesTo } from '#test/texts-stage'
import { ACCOUNT, PASSWORD, World } from '#test/world'

const DAY = 86_400

describe('Leaving for good', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  const login = (username: string): Promise<Answer> =>
    world.visitor().post('/auth/login', { username, password: PASSWORD })
  const register = (wanted: Json): Promise<Answer> =>
    world.visitor().post('/auth/register', { username: freshUsername(), password: PASSWORD, ...wanted })
  const textsOn = (number: string): readonly string[] => world.carrier.handset(number).texts.map(({ body }) => body)

  it('ends every session and socket within a second, on both doors', async () => {
    const tablet = await otherDevice(ana)
    const sockets = [await ana.socket({ door: 'ws' }), await tablet.socket({ door: 'uws' })]
    const startedAt = performance.now()
    expect((await leaves(ana)).status).to.equal(204)
    const ended = await Promise.all(sockets.map((socket) => socket.ended))
    expect(performance.now() - startedAt).to.be.below(1000)
    expect(ended.map(({ code }) => code)).to.deep.equal([4401, 4401])
    for (const device of [ana, tablet]) expect(refusal(await device.get('/me'))).to.equal('401 unauthorized')
  })

  it('lets nobody in by any way that there was', async () => {
    const eve = await mailPerson(world)
    const asked = await login(eve.email)
    const code = await world.codeMailedTo(eve.email)
    await world.visitor().post('/auth/magic-link', { identifier: eve.email })
    await world.settle()
    await world.moveClock(31)
    await world.visitor().post('/auth/forgot', { identifier: eve.email })
    const letters = await world.mail(eve.email)
    const tokens = letters.flatMap(({ text }) => /(magic|reset)\?token=(\w+)/.exec(text)?.[2] ?? [])
    expect(tokens).to.have.length.above(0)

    expect((await leaves(eve)).status).to.equal(204)
    const visitor = world.visitor()
    const verified = await visitor.post('/auth/login/verify', { challenge_id: asked.body.challenge_id, code })
    expect(refusal(verified)).to.equal('404 not_found')
    for (const token of tokens) {
      expect(refusal(await visitor.post('/auth/magic-link/consume', { token }))).to.equal('422 link_invalid')
      const reset = await visitor.post('/auth/reset', { token, password: 'a better horse battery' })
      expect(refusal(reset)).to.equal('422 link_invalid')
    }
    for (const name of [eve.username, eve.email]) expect(refusal(await login(name))).to.equal('401 invalid_credentials')
    const sent = (await world.mail(eve.email)).length
    expect((await visitor.post('/auth/forgot', { identifier: eve.email })).status).to.equal(202)
    expect(await world.mail(eve.email)).to.have.length(sent)
  })

  it('takes their tags away from everybody, and themselves from what they followed', async () => {
    const jazz = await newTag(ana, { title: 'Jazz nights' })
    await follow(bo, jazz)
    const rock = await newTag(bo)
    await follow(ana, rock)
    const socket = await bo.socket()
    expect((await leaves(ana)).status).to.equal(204)
    await socket.until('event', ({ event, data }) => event === 'ktag.deleted' && data.id === jazz.id)
    const { data } = await socket.until('event', ({ event }) => event === 'ktag.follower_removed')
    expect(data).to.include({ ktag_id: rock.id, follower_count: 0 })

    expect(refusal(await bo.get(`/ktags/${jazz.id}`))).to.equal('404 not_found')
    expect(refusal(await bo.get(`/ktags/${ana.user.primary_ktag.id}`))).to.equal('404 not_found')
    expect((await bo.get(`/ktags/search?q=${jazz.name}`)).body.items).to.deep.equal([])
    expect((await bo.get(`/ktags/${rock.id}`)).body.follower_count).to.equal(0)
    await socket.cut()
  })

  it('makes nobody of them in the address books of others, who keep what they wrote down', async () => {
    await ana.post('/me/im-identities', { network: 'signal', handle: 'ana.01' })
    const { contact_id } = await bo.knows('Ana my love', ana.mobile)
    expect((await bo.get(`/contacts/${contact_id}`)).body.user_id).to.equal(ana.user.id)
    await leaves(ana)
    const { body } = await bo.get(`/contacts/${contact_id}`)
    expect(body).to.deep.include({ name: 'Ana my love', mobile: ana.mobile, user_id: null, im_identities: [] })
  })

  it('frees number and address at once, and the names after ninety days', async () => {
    const email = freshEmail()
    const claimed = await ana.patch('/me', { email })
    const { challenge_id } = claimed.body.email_challenge
    await ana.post('/auth/login/verify', { challenge_id, code: await world.codeMailedTo(email) })
    const jazz = await newTag(ana)
    await leaves(ana)

    expect(refusal(await register({ username: ana.username, email: freshEmail() }))).to.equal('409 username_taken')
    expect(refusal(await bo.post('/ktags', { name: jazz.name }))).to.equal('409 ktag_taken')
    await world.moveClock(60)
    const asked = await register({ email, mobile: ana.mobile })
    expect(asked.status).to.equal(202)
    const made = await world
      .visitor()
      .post('/auth/register/verify', { challenge_id: asked.body.challenge_id, code: await world.codeMailedTo(email) })
    expect(made.status).to.equal(201)
    expect(made.body.user).to.include({ email, mobile: ana.mobile })
    expect(made.body.user.id).not.to.equal(ana.user.id)

    await world.moveClock(90 * DAY + 1)
    const again = freshEmail()
    const taken = await register({ username: ana.username.toUpperCase(), email: again })
    expect(taken.status).to.equal(202)
    const code = await world.codeMailedTo(again)
    const back = await world.visitor().post('/auth/register/verify', { challenge_id: taken.body.challenge_id, code })
    expect(back.body.user).to.deep.include({ username: ana.username })
    expect(back.body.user.primary_ktag.name).to.equal(ana.username)
  })

  it('gives their username to nobody who was waiting for it with a code', async () => {
    const email = freshEmail()
    const free = freshUsername()
    const asked = await register({ username: free, email })
    const code = await world.codeMailedTo(email)
    const other = await mailPerson(world, { username: free })
    await leaves(other)
    const answer = await world.visitor().post('/auth/register/verify', { challenge_id: asked.body.challenge_id, code })
    expect(refusal(answer)).to.equal('409 username_taken')
  })

  describe('needs more than a token:', () => {
    it('the password, which may be wrong', async () => {
      const wrong = await leaves(ana, { password: 'not my password' })
      expect(refusal(wrong)).to.equal('403 reauth_required')
      expect(wrong.body.error.fields).to.have.all.keys('password')
      expect((await ana.get('/me')).status).to.equal(200)
    })

    it('or a code, which goes out to whoever asks with nothing, by mail where that is on file', async () => {
      const eve = await mailPerson(world)
      expect(refusal(await leaves(eve, {}))).to.equal('403 reauth_required')
      const [letter] = await world.mail(eve.email)
      expect(letter?.text).to.include('delete your account')
      const code = await world.codeMailedTo(eve.email)
      expect(refusal(await leaves(eve, { code: notThe(code) }))).to.equal('422 code_invalid')
      expect((await leaves(eve, { code })).status).to.equal(204)
    })

    it('or by text, once in a minute', async () => {
      await world.moveClock(60)
      for (const _ of [1, 2]) expect(refusal(await leaves(ana, {}))).to.equal('403 reauth_required')
      await world.textsArrive()
      const codes = textsOn(ana.mobile).filter((body) => body.includes('delete your Kadoink account'))
      expect(codes).to.have.length(1)
      expect((await leaves(ana, { code: world.codeOn(ana.mobile) })).status).to.equal(204)
    })

    it('and no code that was sent for something else, nor one after five wrong ones', async () => {
      await world.moveClock(60)
      await world.visitor().post('/auth/forgot', { identifier: ana.username })
      await world.textsArrive()
      expect(refusal(await leaves(ana, { code: world.codeOn(ana.mobile) }))).to.equal('404 not_found')
      await world.moveClock(61)
      await leaves(ana, {})
      await world.textsArrive()
      const code = world.codeOn(ana.mobile)
      await Promise.all([1, 2, 3, 4, 5].map(() => leaves(ana, { code: notThe(code) })))
      expect(refusal(await leaves(ana, { code }))).to.equal('429 rate_limited')
      expect((await ana.get('/me')).status).to.equal(200)
    })

    it('and the token of a session that goes on', async () => {
      const tablet = await otherDevice(ana)
      const answers = await Promise.all([leaves(ana), leaves(tablet)])
      expect(outcomes(answers)).to.deep.equal({ 204: 1, '401 unauthorized': 1 })
    })
  })

  describe('while there is a call', () => {
    it('is refused to its host, and to whoever has joined', async () => {
      const cy = await ana.knows('Cy', phoneThat(world, staysFor(600)))
      const boThere = await ana.knows('Bo', bo.mobile)
      await callWith(ana, [cy, boThere])
      for (const person of [ana, bo]) expect(refusal(await leaves(person))).to.equal('409 call_in_progress')
      await ana.delete('/calls/active')
      await world.settle()
      for (const person of [ana, bo]) expect((await leaves(person)).status).to.equal(204)
    })

    it('ends the ringing of their phone, and nothing else of the call', async () => {
      bo.phone.script({ noAnswer: true })
      const cy = await ana.knows('Cy', phoneThat(world, staysFor(600)))
      const boThere = await ana.knows('Bo', bo.mobile)
      await callWith(ana, [cy, boThere])
      expect((await leaves(bo)).status).to.equal(204)
      await world.pass(2)
      const { body } = await ana.get('/calls/active')
      const now = Object.fromEntries(body.participants.map((one: Json) => [one.name, one.status]))
      expect(now).to.deep.include({ Bo: 'declined', Cy: 'joined' })
      await ana.delete('/calls/active')
      await world.settle()
    })

    it('comes first or second, never both at once', async () => {
      const to = await ana.knows('Bo', bo.mobile)
      const [gone, called] = await Promise.all([leaves(ana), ana.post('/calls', { to: [to] })])
      if (gone.status === 204) expect(called.status).to.equal(401)
      else expect([refusal(gone), called.status]).to.deep.equal(['409 call_in_progress', 201])
      const open = await world.running.database.sql('calls').where({ host_id: ana.user.id }).whereNull('ended_at')
      expect(open).to.have.length(gone.status === 204 ? 0 : 1)
      await world.settle()
    })
  })

  it('withdraws what was to be texted to them, and says goodbye by text and mail', async () => {
    const email = freshEmail()
    const { body } = await ana.patch('/me', { email })
    const { challenge_id } = body.email_challenge
    await ana.post('/auth/login/verify', { challenge_id, code: await world.codeMailedTo(email) })
    await world.settle()
    const { sql } = world.running.database
    // Its announcement was lost: it is looked at again in an hour.
    const waiting = newId()
    const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)]
    const text = { id: waiting, direction: 'out', phone: ana.mobile, body: 'You have won', purpose: 'test' }
    const state = { status: 'queued', rank: 0, segments: 1, created_at: now, updated_at: now }
    await sql('texts').insert({ ...text, ...state, due_at: later, expires_at: later })
    await leaves(ana)
    await world.textsArrive()
    const row = await sql('texts').where({ id: waiting }).first()
    expect(row).to.include({ status: 'skipped', reason: 'withdrawn' })
    expect(textsOn(ana.mobile).at(-1)).to.include(`account ${ana.username} was deleted`)
    expect((await world.mail(email))[0]?.subject).to.equal('Your Kadoink account was deleted')
  })

  it('says no goodbye to a phone that wants no texts, and leaves its wish as it is', async () => {
    ana.phone.text(ACCOUNT.number, 'STOP')
    await world.pass(1)
    const before = (await statusesTo(world, ana.mobile)).length
    expect((await leaves(ana)).status).to.equal(204)
    await world.textsArrive()
    expect(await statusesTo(world, ana.mobile)).to.have.length(before)
    expect(await world.running.database.sql('opt_outs').where({ phone: ana.mobile })).to.have.length(1)
  })

  it('is refused without a token, or with one that has ended', async () => {
    expect(refusal(await world.visitor().ask('DELETE', '/me', { password: PASSWORD }))).to.equal('401 unauthorized')
    await ana.post('/auth/logout')
    expect(refusal(await leaves(ana))).to.equal('401 unauthorized')
  })
})
