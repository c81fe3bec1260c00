import { expect } from 'chai'
import { applyFor, contentOf, freshEmail, freshUsername, mailPerson, notThe } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import { PASSWORD, World } from '#test/world'

describe('Registration', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  it('makes an account of a mobile number: code by text, number verified at once, tag and session', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile, username: 'Anabel', name: 'Ana Bel', timezone: 'Europe/Paris' })
    expect(applicant.asked.status).to.equal(202)
    expect(applicant.asked.body).to.include({ status: 'otp_required', purpose: 'register', channel: 'sms' })
    expect(applicant.asked.body.destination).to.equal(`+1555***${mobile.slice(-4)}`)

    const { status, body } = await applicant.confirm(world.codeOn(mobile))
    expect(status).to.equal(201)
    expect(body).to.include({ status: 'ok', token_type: 'Bearer' })
    expect(body.user).to.include({ username: 'anabel', name: 'Ana Bel', timezone: 'Europe/Paris', mobile, email: null })
    expect(body.user.primary_ktag.name).to.equal('anabel')
    expect(body.gate).to.include({ state: 'ok', mobile_verified: true, email_verified: false })
    expect(body.session.current).to.equal(true)

    applicant.visitor.token = body.token
    expect((await applicant.visitor.get('/contacts')).status).to.equal(200)
  })

  it('makes an account of an e-mail address; a mobile that is given along waits for its own code', async () => {
    const email = freshEmail()
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { email: email.toUpperCase(), mobile })
    expect(applicant.asked.body).to.include({ channel: 'email', destination: 'g***@example.com' })
    expect(world.codeOn(mobile)).to.equal('')

    const { body } = await applicant.confirm(await world.codeMailedTo(email))
    expect(body.user).to.include({ email, email_verified: true, mobile, mobile_verified: false })
    expect(body.gate.state).to.equal('mobile_unverified')
  })

  it('makes no account before the code has come back', async () => {
    const applicant = await applyFor(world)
    const answer = await applicant.visitor.post('/auth/login', { username: applicant.username, password: PASSWORD })
    expect(refusal(answer)).to.equal('401 invalid_credentials')
  })

  it('keeps names and verified addresses for their holders, and lets a number that is only claimed be taken', async () => {
    const mobile = world.freshNumber()
    const claimant = await mailPerson(world, { mobile })
    const username = claimant.username.toUpperCase()
    expect(refusal((await applyFor(world, { username })).asked)).to.equal('409 username_taken')
    const email = claimant.email.toUpperCase()
    expect(refusal((await applyFor(world, { email })).asked)).to.equal('409 email_taken')

    const owner = await applyFor(world, { mobile })
    expect((await owner.confirm(world.codeOn(mobile))).status).to.equal(201)
    expect(refusal((await applyFor(world, { mobile })).asked)).to.equal('409 mobile_taken')
    expect((await claimant.get('/me')).body).to.include({ mobile: null, mobile_verified: false })
  })

  it('gives a username to one of two who want it, however close they come', async () => {
    const username = freshUsername()
    const mobiles = [world.freshNumber(), world.freshNumber()]
    const rivals = await Promise.all(mobiles.map((mobile) => applyFor(world, { username, mobile })))
    await world.textsArrive()

    const answers = await Promise.all(rivals.map((rival, i) => rival.confirm(world.codeOn(mobiles[i] ?? ''))))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 username_taken': 1 })
  })

  it('gives an e-mail address to one of two who both got a code for it', async () => {
    const email = freshEmail()
    const first = await applyFor(world, { email })
    const codes = [await world.codeMailedTo(email)]
    await world.moveClock(30)
    const second = await applyFor(world, { email })
    codes.push(await world.codeMailedTo(email))

    const answers = await Promise.all([first.confirm(codes[0] ?? ''), second.confirm(codes[1] ?? '')])
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 email_taken': 1 })
  })

  it('makes one account and one session of one code that is sent back twice at once', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile })
    const code = world.codeOn(mobile)

    const answers = await Promise.all([applicant.confirm(code), applicant.confirm(code)])
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '404 not_found': 1 })
    const { sql } = world.running.database
    expect(await sql('sessions').join('users', 'users.id', 'user_id').where({ mobile })).to.have.length(1)
  })

  it('burns a challenge after five wrong codes: then even the right one is refused', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile })
    const code = world.codeOn(mobile)
    for (let guess = 1; guess <= 5; guess++) {
      const answer = await applicant.confirm(notThe(code))
      expect(refusal(answer)).to.equal('422 code_invalid')
      expect(answer.body.error.fields).to.have.all.keys('code')
    }
    expect(refusal(await applicant.confirm(code))).to.equal('429 rate_limited')
    const again = await applicant.visitor.post('/auth/register/resend', { challenge_id: applicant.challengeId })
    expect(refusal(again)).to.equal('404 not_found')
  })

  it('compares no more than five codes when fifty come at once, the right one among them', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile })
    const right = world.codeOn(mobile)
    const guesses = Array.from({ length: 50 }, (_, i) => (i === 19 ? right : notThe(right)))

    const answers = await Promise.all(
      guesses.map((code) =>
        world.visitor().post('/auth/register/verify', { challenge_id: applicant.challengeId, code }),
      ),
    )
    const { '422 code_invalid': wrong = 0, 201: passed = 0 } = outcomes(answers)
    expect(wrong + passed).to.be.at.most(5)
    expect(wrong).to.be.at.least(passed === 0 ? 5 : 0)
    const row = await world.running.database.sql('challenges').where({ id: applicant.challengeId }).first()
    expect(row).to.include({ tries_left: 5 - wrong, state: passed ? 'passed' : 'burnt' })
  })

  it('takes a code for ten minutes', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile })
    await world.moveClock(601)
    expect(refusal(await applicant.confirm(world.codeOn(mobile)))).to.equal('422 code_expired')
    const again = await applicant.visitor.post('/auth/register/resend', { challenge_id: applicant.challengeId })
    expect(refusal(again)).to.equal('404 not_found')
  })

  it('sends another code from `resend_at` on; the one before stops working', async () => {
    const mobile = world.freshNumber()
    const { visitor, asked, confirm, challengeId } = await applyFor(world, { mobile })
    const old = world.codeOn(mobile)
    const resend = () => visitor.post('/auth/register/resend', { challenge_id: challengeId })
    const early = await resend()
    expect(refusal(early)).to.equal('429 rate_limited')
    expect(Number(early.headers.get('retry-after'))).to.be.within(30, 60)

    await world.moveClock(60)
    const { status, body } = await resend()
    expect(status).to.equal(200)
    expect(body.challenge_id).to.equal(challengeId)
    expect(Date.parse(body.resend_at) - Date.parse(asked.body.resend_at)).to.be.at.least(60_000)
    expect(Date.parse(body.expires_at)).to.be.above(Date.parse(asked.body.expires_at))

    await world.textsArrive()
    expect(refusal(await confirm(old))).to.equal('422 code_invalid')
    expect((await confirm(world.codeOn(mobile))).status).to.equal(201)
    expect(refusal(await resend())).to.equal('409 already_verified')
  })

  it('knows nothing of a challenge that was never opened', async () => {
    const challenge_id = '019a8f00-0000-7000-8000-000000000000'
    const visitor = world.visitor()
    expect(refusal(await visitor.post('/auth/register/resend', { challenge_id }))).to.equal('404 not_found')
    const answer = await visitor.post('/auth/register/verify', { challenge_id, code: '123456' })
    expect(refusal(answer)).to.equal('404 not_found')
  })

  it('sends five codes an hour to one number, whoever asks for them', async () => {
    const mobile = world.freshNumber()
    for (let i = 1; i <= 5; i++) {
      expect((await applyFor(world, { mobile })).asked.status).to.equal(202)
      await world.moveClock(60)
    }
    const sixth = (await applyFor(world, { mobile })).asked
    expect(refusal(sixth)).to.equal('429 rate_limited')
    expect(Number(sixth.headers.get('retry-after'))).to.be.within(3000, 3600)
  })

  it('takes five registrations an hour from one address', async () => {
    const visitor = world.visitor()
    const register = () => visitor.post('/auth/register', { username: 'x' })
    for (let i = 1; i <= 5; i++) expect(refusal(await register())).to.equal('422 validation_failed')
    expect(refusal(await register())).to.equal('429 rate_limited')
  })

  it('says what is wrong with which field', async () => {
    const { asked } = await applyFor(world, {
      username: 'admin',
      password: 'short',
      mobile: 'x',
      timezone: 'Mars/Base',
    })
    expect(complaints(asked)).to.have.all.keys('username', 'password', 'timezone')
    const nobody = await world.visitor().post('/auth/register', { username: freshUsername(), password: PASSWORD })
    expect(complaints(nobody)).to.have.all.keys('email')
    expect(complaints((await applyFor(world, { mobile: '12' })).asked)).to.have.all.keys('mobile')
  })

  it('puts a number behind the tag name when somebody has a tag of that name', async () => {
    const ana = await world.person('Ana')
    await world.running.database.sql('ktags').where({ owner_id: ana.user.id }).update({ name: 'robin' })
    const mobile = world.freshNumber()
    const { body } = await (await applyFor(world, { username: 'robin', mobile })).confirm(world.codeOn(mobile))
    expect(body.user.primary_ktag.name).to.equal('robin2')
  })

  it('keeps neither the password nor the code where a thief of the database could read it', async () => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile })
    const code = world.codeOn(mobile)
    const pending = await contentOf(world, 'challenges')
    expect(pending).to.include(applicant.username).and.not.include(PASSWORD)
    expect(pending).not.to.include(code)
    expect(await contentOf(world, 'events')).not.to.include(code)

    await applicant.confirm(code)
    const user = await world.running.database.sql('users').where({ mobile }).first()
    expect(user.password_hash).to.match(/^\$argon2id\$/)
  })
})
