import { expect } from 'chai'
import { contentOf, freshEmail, mailPerson, notThe, otherDevice } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { PASSWORD, World } from '#test/world'

describe('Another e-mail address', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const claim = (person: Person, email: string | null): Promise<Answer> => person.patch('/me', { email })
  const confirm = (challenge_id: string, code: string): Promise<Answer> =>
    world.visitor().post('/auth/login/verify', { challenge_id, code, device_name: 'Phone' })
  const me = async (person: Person): Promise<Json> => (await person.get('/me')).body
  /** Claim an address and send its code back. */
  const take = async (person: Person, email: string): Promise<Answer> => {
    const { body } = await claim(person, email)
    return confirm(body.email_challenge.challenge_id, await world.codeMailedTo(email))
  }

  it('waits for the code that is mailed there, and is theirs once that has come back', async () => {
    const email = freshEmail()
    const { status, body } = await claim(ana, email.toUpperCase())
    expect(status).to.equal(200)
    expect(body).to.include({ email: null, email_verified: false, pending_email: email })
    expect(body.email_challenge).to.include({ status: 'otp_required', purpose: 'email', channel: 'email' })
    expect(await me(ana)).to.deep.equal(body)
    const [letter] = await world.mail(email)
    expect(letter?.text).to.include('confirm this address')

    const { challenge_id } = body.email_challenge
    const code = await world.codeMailedTo(email)
    expect(refusal(await confirm(challenge_id, notThe(code)))).to.equal('422 code_invalid')
    const confirmed = await confirm(challenge_id, code)
    expect(confirmed.status).to.equal(200)
    expect(confirmed.body.user).to.include({ email, email_verified: true, pending_email: null })
    expect(await me(ana)).to.deep.include({ email, pending_email: null, email_challenge: null })
    expect(refusal(await confirm(challenge_id, code)), 'used').to.equal('404 not_found')
  })

  it('leaves the one before working until then, and is told of there', async () => {
    const eve = await mailPerson(world)
    const [before, after] = [eve.email, freshEmail()]
    const { body } = await claim(eve, after)
    expect(body).to.include({ email: before, pending_email: after })
    const asked = await world.visitor().post('/auth/login', { username: before, password: PASSWORD })
    expect(asked.body.destination).to.match(new RegExp(`^${before[0]}\\*`))

    await confirm(body.email_challenge.challenge_id, await world.codeMailedTo(after))
    const [notice] = await world.mail(before)
    expect(notice).to.include({ subject: 'Your Kadoink e-mail address was changed' })
    expect(notice?.text).not.to.include(after)
    expect(refusal(await world.visitor().post('/auth/login', { username: before, password: PASSWORD }))).to.equal(
      '401 invalid_credentials',
    )
    // The code of the sign-in that began before went to an address that is not theirs any more.
    const code = (await world.mail(before)).map(({ subject }) => /\d{6}/.exec(subject)?.[0]).find(Boolean) ?? ''
    expect(refusal(await confirm(asked.body.challenge_id, code))).to.equal('404 not_found')
  })

  it('is news to the own devices, when it is claimed and when it is theirs', async () => {
    const socket = await ana.socket({ topics: ['account'] })
    const email = freshEmail()
    await take(ana, email)
    const told = [await socket.until('event'), await socket.until('event')].map(({ data }) => data.user as Json)
    expect(told.map(({ pending_email }) => pending_email)).to.deep.equal([email, null])
    expect(told.at(-1)?.email).to.equal(email)
    await socket.cut()
  })

  it('belongs to one account: whoever proves it first, even in a race', async () => {
    const eve = await mailPerson(world)
    expect(refusal(await claim(ana, eve.email.toUpperCase()))).to.equal('409 email_taken')

    const email = freshEmail()
    const [bo, cy] = [await world.person('Bo'), await world.person('Cy')]
    const asked: { id: string; code: string }[] = []
    for (const person of [bo, cy]) {
      const { body } = await claim(person, email)
      asked.push({ id: body.email_challenge.challenge_id, code: await world.codeMailedTo(email) })
      await world.moveClock(31)
    }
    const answers = await Promise.all(asked.map(({ id, code }) => confirm(id, code)))
    expect(outcomes(answers)).to.deep.equal({ 200: 1, '409 email_taken': 1 })
    const rows = await world.running.database.sql('users').where({ email })
    expect(rows).to.have.length(1)
  })

  it('is mailed once for those who ask twice, again by resend, and not at all for what they have', async () => {
    const email = freshEmail()
    const first = await claim(ana, email)
    const again = await claim(ana, email)
    expect(again.body.email_challenge).to.deep.equal(first.body.email_challenge)
    expect(await world.mail(email)).to.have.length(1)
    const old = await world.codeMailedTo(email)

    await world.moveClock(31)
    const { challenge_id } = first.body.email_challenge
    const resent = await world.visitor().post('/auth/login/resend', { challenge_id })
    expect(resent.body).to.include({ challenge_id, purpose: 'email' })
    const code = await world.codeMailedTo(email)
    if (code !== old) expect(refusal(await confirm(challenge_id, old))).to.equal('422 code_invalid')
    expect((await confirm(challenge_id, code)).status).to.equal(200)
    const sent = (await world.mail(email)).length
    expect((await claim(ana, email)).body).to.include({ email, pending_email: null, email_challenge: null })
    expect(await world.mail(email)).to.have.length(sent)
  })

  it('is not claimed any more once the present one is, or another', async () => {
    const eve = await mailPerson(world)
    const [first, second] = [freshEmail(), freshEmail()]
    const { body } = await claim(eve, first)
    const code = await world.codeMailedTo(first)
    expect((await claim(eve, eve.email)).body).to.include({ pending_email: null, email_challenge: null })
    expect(refusal(await confirm(body.email_challenge.challenge_id, code))).to.equal('404 not_found')

    await world.moveClock(31)
    const { email_challenge } = (await claim(eve, first)).body
    const late = await world.codeMailedTo(first)
    await world.moveClock(31)
    await claim(eve, second)
    expect(refusal(await confirm(email_challenge.challenge_id, late))).to.equal('404 not_found')
  })

  it('is no way back in for somebody who was signed out meanwhile', async () => {
    const thief = await otherDevice(ana)
    const email = freshEmail()
    const { body } = await claim(thief, email)
    const code = await world.codeMailedTo(email)
    await ana.post('/me/password', { current_password: PASSWORD, new_password: 'a better horse battery' })
    expect(refusal(await confirm(body.email_challenge.challenge_id, code))).to.equal('404 not_found')
    const row = await world.running.database.sql('users').where({ id: ana.user.id }).first()
    expect(row.email).to.equal(null)
  })

  it('is given up only by those who can come back otherwise', async () => {
    const eve = await mailPerson(world)
    expect(complaints(await claim(eve, null))).to.have.all.keys('email')
    expect((await me(eve)).email).to.equal(eve.email)

    const email = freshEmail()
    await take(ana, email)
    expect((await claim(ana, null)).body).to.include({ email: null, email_verified: false, pending_email: null })
    expect((await world.mail(email))[0]?.subject).to.equal('Your Kadoink e-mail address was changed')
    const { body } = await world.visitor().post('/auth/login', { username: ana.username, password: PASSWORD })
    expect(body.status, 'signs in by password alone again').to.equal('ok')
  })

  it('is refused when it is none, and its code lies nowhere in the clear', async () => {
    expect(complaints(await claim(ana, 'ana at example'))).to.have.all.keys('email')
    const email = freshEmail()
    await claim(ana, email)
    expect(await contentOf(world, 'challenges')).not.to.include(await world.codeMailedTo(email))
  })
})
