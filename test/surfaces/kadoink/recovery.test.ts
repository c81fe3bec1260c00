import { expect } from 'chai'
import { contentOf, mailPerson, notThe, otherDevice } from '#test/kadoink-accounts'
import { refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { PASSWORD, World } from '#test/world'

const NEW_PASSWORD = 'a better horse battery'

describe('Ways back into an account', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const login = (username: string, password: string): Promise<Answer> =>
    world.visitor().post('/auth/login', { username, password })
  const forgot = (identifier: string): Promise<Answer> => world.visitor().post('/auth/forgot', { identifier })
  const magic = (identifier: string): Promise<Answer> => world.visitor().post('/auth/magic-link', { identifier })
  const consume = (token: string): Promise<Answer> => world.visitor().post('/auth/magic-link/consume', { token })
  const reset = (body: Json): Promise<Answer> => world.visitor().post('/auth/reset', body)

  const tokenIn = (text: string | undefined): string => /token=([0-9A-Za-z]+)/.exec(text ?? '')?.[1] ?? ''
  /** The token of the newest link that was mailed. */
  const mailedLink = async (email: string): Promise<string> => tokenIn((await world.mail(email))[0]?.text)
  const textsOn = (person: Person): readonly string[] => person.phone.texts.map(({ body }) => body)

  describe('a forgotten password', () => {
    it('is set anew by a mailed link, which ends every session and is told of by mail', async () => {
      const eve = await mailPerson(world)
      const socket = await eve.socket({ topics: ['account'] })
      expect((await forgot(eve.email)).status).to.equal(202)
      const token = await mailedLink(eve.email)

      expect((await reset({ token, password: NEW_PASSWORD })).body).to.deep.equal({ status: 'ok' })
      await world.settle()
      expect((await socket.ended).code).to.equal(4401)
      expect(refusal(await eve.get('/me'))).to.equal('401 unauthorized')
      expect(refusal(await login(eve.username, PASSWORD))).to.equal('401 invalid_credentials')
      await world.moveClock(31)
      expect((await login(eve.username, NEW_PASSWORD)).status).to.equal(200)
      const subjects = (await world.mail(eve.email)).map(({ subject }) => subject)
      expect(subjects).to.include('Your Kadoink password was changed')
    })

    it('is set anew by a texted code where no e-mail address is on file', async () => {
      const ana = await world.person('Ana')
      await world.moveClock(60)
      expect((await forgot(ana.username)).status).to.equal(202)
      await world.textsArrive()
      const code = world.codeOn(ana.mobile)
      const wanted = { identifier: ana.username, password: NEW_PASSWORD }
      expect(refusal(await reset({ ...wanted, code: notThe(code) }))).to.equal('422 code_invalid')
      expect((await reset({ ...wanted, code })).status).to.equal(200)
      expect(refusal(await reset({ ...wanted, code })), 'used').to.equal('422 code_invalid')
      expect((await login(ana.username, NEW_PASSWORD)).status).to.equal(200)
    })

    it('costs a try for each wrong code, however many come at once, and tells nothing of who exists', async () => {
      const ana = await world.person('Ana')
      await world.moveClock(60)
      await forgot(ana.username)
      await world.textsArrive()
      const code = world.codeOn(ana.mobile)
      const guess = (guessed: string) => reset({ identifier: ana.username, code: guessed, password: NEW_PASSWORD })
      await Promise.all(Array.from({ length: 8 }, () => guess(notThe(code))))
      const right = await guess(code)
      const nobody = await reset({ identifier: 'nobody_at_all', code, password: NEW_PASSWORD })
      expect(right.status).to.equal(422)
      expect(right.body).to.deep.equal(nobody.body)
    })

    it('is answered alike for known and unknown people, and nothing is sent to the latter', async () => {
      const before = (await contentOf(world, 'links')).length
      const [known, unknown] = [await forgot((await mailPerson(world)).email), await forgot('nobody@example.com')]
      expect(known.status).to.equal(202)
      expect(unknown.body).to.deep.equal(known.body)
      expect(await world.mail('nobody@example.com')).to.deep.equal([])
      expect((await contentOf(world, 'links')).length).to.be.greaterThan(before)
      expect(await contentOf(world, 'events')).not.to.include('nobody@example.com')
    })

    it('is not set by a link that was used, replaced, is too old, or belongs to a magic link', async () => {
      const eve = await mailPerson(world)
      await forgot(eve.email)
      const first = await mailedLink(eve.email)
      await world.moveClock(31)
      await forgot(eve.email)
      const second = await mailedLink(eve.email)
      expect(second).not.to.equal(first)
      expect(refusal(await reset({ token: first, password: NEW_PASSWORD }))).to.equal('422 link_invalid')
      await world.moveClock(1801)
      expect(refusal(await reset({ token: second, password: NEW_PASSWORD }))).to.equal('422 link_expired')
      await magic(eve.email)
      const other = await mailedLink(eve.email)
      expect(refusal(await reset({ token: other, password: NEW_PASSWORD }))).to.equal('422 link_invalid')
      await world.moveClock(31)
      expect((await login(eve.username, PASSWORD)).status).to.equal(200)
    })

    it('is refused when it is weak or nothing proves whose it is', async () => {
      expect((await reset({ token: 'x', password: 'short' })).body.error.fields).to.have.property('password')
      expect((await reset({ password: NEW_PASSWORD })).body.error.fields).to.have.property('token')
      expect(refusal(await world.visitor().post('/auth/forgot', {}))).to.equal('422 validation_failed')
    })

    it('keeps no token in the clear', async () => {
      const eve = await mailPerson(world)
      await forgot(eve.email)
      const token = await mailedLink(eve.email)
      for (const table of ['links', 'events', 'orders']) expect(await contentOf(world, table)).not.to.include(token)
    })
  })

  describe('a magic link', () => {
    it('signs in by mail and proves the address, once, also when it is opened twice at once', async () => {
      const eve = await mailPerson(world)
      expect((await magic(eve.username)).status).to.equal(202)
      const token = await mailedLink(eve.email)
      const answers = await Promise.all([consume(token), consume(token), consume(token)])
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 422, 422])
      const signedIn = answers.find(({ status }) => status === 200)
      expect(signedIn?.body).to.include({ status: 'ok', token_type: 'Bearer' })
      expect(signedIn?.body.user).to.include({ id: eve.user.id, email_verified: true })
    })

    it('comes by text where no e-mail address is on file', async () => {
      const ana = await world.person('Ana')
      await world.moveClock(60)
      await magic(ana.mobile)
      await world.textsArrive()
      const token = tokenIn(textsOn(ana).at(-1))
      expect((await consume(token)).body.user.id).to.equal(ana.user.id)
    })

    it('is not used up by whatever looks at it', async () => {
      const eve = await mailPerson(world)
      await magic(eve.email)
      const token = await mailedLink(eve.email)
      expect((await world.visitor().get(`/auth/magic-link/consume?token=${token}`)).status).to.equal(405)
      expect((await consume(token)).status).to.equal(200)
    })
  })

  describe('a token', () => {
    it('is exchanged for another one; the session stays, and so do its sockets', async () => {
      const ana = await world.person('Ana')
      const socket = await ana.socket()
      const before = (await ana.get('/auth/sessions')).body.items
      const { status, body } = await ana.post('/auth/refresh')
      expect(status).to.equal(200)
      expect(body.token).not.to.equal(ana.token)
      expect(body.session.id).to.equal(before[0].id)

      expect((await ana.get('/me')).status, 'the old one, for a minute').to.equal(200)
      ana.token = body.token
      expect((await ana.get('/me')).status, 'the new one').to.equal(200)
      socket.say({ type: 'ping', id: 3 })
      await socket.until('pong')
    })

    it('may be exchanged while its sockets stay open for long: they hold to their session', async () => {
      const ana = await world.person('Ana')
      const bo = await world.person('Bo')
      const socket = await ana.socket()
      ana.token = (await ana.post('/auth/refresh')).body.token
      await world.moveClock(61)
      // What changes whom she hears has her sockets looked at again.
      await ana.post(`/ktags/${bo.user.primary_ktag.id}/follow`, { texts: false })
      await socket.until('event', ({ event }) => event === 'follow.created')
      socket.say({ type: 'ping', id: 3 })
      await socket.until('pong')
      expect((await ana.get('/me')).status).to.equal(200)
    })

    it('ends its session when it is shown long after it was exchanged', async () => {
      const ana = await world.person('Ana')
      const tablet = await otherDevice(ana)
      const old = tablet.token
      tablet.token = (await tablet.post('/auth/refresh')).body.token
      const socket = await tablet.socket()
      await world.moveClock(61)
      expect((await tablet.get('/me')).status).to.equal(200)

      const thief = await otherDevice(ana)
      thief.token = old
      expect(refusal(await thief.get('/me'))).to.equal('401 unauthorized')
      expect(refusal(await tablet.get('/me')), 'whoever holds the new one').to.equal('401 unauthorized')
      expect((await socket.ended).code).to.equal(4401)
      expect((await ana.get('/me')).status, 'other sessions').to.equal(200)
    })

    it('is exchanged for the same one by all who ask within a minute, also at the same moment', async () => {
      const ana = await world.person('Ana')
      const exchange = async () => (await ana.post('/auth/refresh')).body.token
      const tokens = await Promise.all([exchange(), exchange(), exchange()])
      expect(new Set(tokens)).to.have.lengthOf(1)

      const late = await otherDevice(ana)
      late.token = ana.token
      ana.token = tokens[0]
      ana.token = await exchange()
      expect((await late.post('/auth/refresh')).body.token, 'who missed one is given the newest').to.equal(ana.token)
      expect((await ana.get('/me')).status).to.equal(200)
    })

    it('can be exchanged again when the answer was lost, and never once it has ended', async () => {
      const ana = await world.person('Ana')
      expect((await ana.post('/auth/refresh')).status).to.equal(200)
      const again = await ana.post('/auth/refresh')
      expect(again.status).to.equal(200)
      ana.token = again.body.token
      await ana.post('/auth/logout')
      expect(refusal(await ana.post('/auth/refresh'))).to.equal('401 unauthorized')
    })
  })

  describe('another password', () => {
    it('signs out every other device, and gives this one a new token', async () => {
      const ana = await world.person('Ana')
      const tablet = await otherDevice(ana)
      const [old, socket] = [ana.token, await tablet.socket()]
      await ana.post('/auth/refresh')
      const { status, body } = await ana.post('/me/password', {
        current_password: PASSWORD,
        new_password: NEW_PASSWORD,
      })
      expect(status).to.equal(200)
      await world.settle()
      expect((await socket.ended).code).to.equal(4401)
      expect(refusal(await tablet.get('/me'))).to.equal('401 unauthorized')
      ana.token = old
      expect(refusal(await ana.get('/me')), 'no grace for old tokens').to.equal('401 unauthorized')
      ana.token = body.token
      expect((await ana.get('/me')).status).to.equal(200)
      expect((await login(ana.username, NEW_PASSWORD)).status).to.equal(200)
    })

    it('lets nobody in by what was asked for before it', async () => {
      const eve = await mailPerson(world)
      const asked = await login(eve.username, PASSWORD)
      const code = await world.codeMailedTo(eve.email)
      await world.moveClock(31)
      await forgot(eve.email)
      const resetToken = await mailedLink(eve.email)
      await world.moveClock(31)
      await magic(eve.email)
      const magicToken = await mailedLink(eve.email)
      const wanted = { current_password: PASSWORD, new_password: NEW_PASSWORD }
      expect((await eve.post('/me/password', wanted)).status).to.equal(200)

      const { challenge_id } = asked.body
      const verified = await world.visitor().post('/auth/login/verify', { challenge_id, code })
      expect(refusal(verified)).to.equal('404 not_found')
      expect(refusal(await reset({ token: resetToken, password: PASSWORD }))).to.equal('422 link_invalid')
      expect(refusal(await consume(magicToken))).to.equal('422 link_invalid')
      await world.moveClock(31)
      expect((await login(eve.username, NEW_PASSWORD)).status).to.equal(200)
    })

    it('that is set while somebody signs in with the one before keeps them out', async () => {
      const ana = await world.person('Ana')
      const { sql } = world.running.database
      const waiting = () =>
        sql('pg_stat_activity').where({ wait_event_type: 'Lock' }).whereILike('query', '%users%').first('pid')
      const signedIn = await sql.transaction(async (change) => {
        await change('users').where({ id: ana.user.id }).update({ password_hash: 'another' })
        const answer = login(ana.username, PASSWORD)
        while (!(await waiting())) await new Promise(setImmediate)
        return { answer }
      })
      expect(refusal(await signedIn.answer)).to.equal('401 invalid_credentials')
      expect((await ana.get('/auth/sessions')).body.items).to.have.lengthOf(1)
    })

    it('needs the present one, which a signed-in person gets wrong without being signed out', async () => {
      const ana = await world.person('Ana')
      const ask = (current_password: string, new_password: string) =>
        ana.post('/me/password', { current_password, new_password })
      const wrong = await ask('not the password', NEW_PASSWORD)
      expect(wrong.status).to.equal(422)
      expect(wrong.body.error.fields).to.have.property('current_password')
      expect((await ask(PASSWORD, PASSWORD)).body.error.fields).to.have.property('new_password')
      expect((await ask(PASSWORD, 'short')).body.error.fields).to.have.property('new_password')
      for (const _ of [4, 5]) await ask('not the password', NEW_PASSWORD)
      expect(refusal(await ask(PASSWORD, NEW_PASSWORD))).to.equal('429 rate_limited')
    })
  })
})
