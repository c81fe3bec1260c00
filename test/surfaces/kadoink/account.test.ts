import { expect } from 'chai'
import { mailPerson, otherDevice } from '#test/kadoink-accounts'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Your account', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('shows people themselves, and that they stand at no gate', async () => {
    const { status, body } = await ana.get('/me')
    expect(status).to.equal(200)
    expect(body).to.include({ username: ana.username, name: 'Ana', bio: null, mobile: ana.mobile, timezone: 'UTC' })
    expect(body.settings).to.deep.equal({
      sms_inbox: false,
      sms_feed: true,
      quiet_hours: null,
      ring_for_tags: true,
      voicemail_greeting_file_id: null,
      blocked: [],
    })
    expect(body.gate).to.deep.equal({
      state: 'ok',
      mobile_set: true,
      mobile_verified: true,
      email_verified: false,
      sms_opted_out: false,
    })
    expect(body.created_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(JSON.stringify(body)).not.to.match(/password|argon2/)
  })

  it('names the gate at every step from no mobile to a verified one', async () => {
    const eve = await mailPerson(world)
    const gate = async () => (await eve.get('/me')).body.gate.state
    expect(await gate()).to.equal('mobile_required')
    const mobile = world.freshNumber()
    await eve.put('/me/mobile', { mobile })
    expect(await gate()).to.equal('mobile_unverified')
    expect(refusal(await eve.get('/inbox'))).to.equal('403 mobile_unverified')

    await eve.post('/me/mobile/codes', {})
    await world.textsArrive()
    await eve.post('/me/mobile/verify', { code: world.codeOn(mobile) })
    expect(await gate()).to.equal('ok')
    expect((await eve.get('/inbox')).status).to.equal(200)
  })

  it('says in the gate that a phone has texted STOP', async () => {
    ana.phone.text(ACCOUNT.number, 'STOP')
    await world.pass(1)
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(true)
    ana.phone.text(ACCOUNT.number, 'START')
    await world.pass(1)
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(false)
  })

  it('changes what is sent and leaves the rest; null clears', async () => {
    const quiet_hours = { start: '22:00', end: '08:00' }
    await ana.patch('/me', { bio: ' Sings. ', settings: { sms_inbox: true, quiet_hours } })
    const { status, body } = await ana.patch('/me', { name: 'Ana Bel', settings: { ring_for_tags: false } })
    expect(status).to.equal(200)
    expect(body).to.include({ name: 'Ana Bel', bio: 'Sings.' })
    expect(body.settings).to.deep.include({ sms_inbox: true, sms_feed: true, quiet_hours, ring_for_tags: false })

    const cleared = await ana.put('/me', { bio: null, settings: { quiet_hours: null }, locale: 'fr-FR' })
    expect(cleared.body).to.include({ name: 'Ana Bel', bio: null, locale: 'fr-FR' })
    expect(cleared.body.settings).to.include({ sms_inbox: true, quiet_hours: null, ring_for_tags: false })
    expect((await ana.get('/me')).body).to.deep.equal(cleared.body)
  })

  it('keeps both of two settings that are changed at once', async () => {
    await Promise.all([
      ana.patch('/me', { settings: { sms_inbox: true } }),
      ana.patch('/me', { settings: { sms_feed: false } }),
      ana.patch('/me', { settings: { ring_for_tags: false } }),
    ])
    const { settings } = (await ana.get('/me')).body
    expect(settings).to.include({ sms_inbox: true, sms_feed: false, ring_for_tags: false })
  })

  it('changes nothing by fields that are not to be written', async () => {
    const sql = world.running.database.sql('users').where({ id: ana.user.id })
    const { updated_at: _, ...before } = await sql.clone().first()
    const answer = await ana.patch('/me', {
      id: '019a8f00-0000-7000-8000-000000000000',
      username: 'root',
      pending_email: 'root@example.com',
      email_challenge: null,
      email_verified: true,
      mobile: '+15551110000',
      mobile_verified: false,
      mobile_verified_at: null,
      pending_mobile: '+15551110000',
      plan: 'plus',
      password: 'an easy password',
      password_hash: 'x',
      suspended_at: null,
      created_at: '2000-01-01T00:00:00Z',
      gate: { state: 'ok' },
      settings: { plan: 'plus' },
    })
    expect(answer.status).to.equal(200)
    const { updated_at: __, ...after } = await sql.clone().first()
    expect({ ...after, settings: {} }).to.deep.equal({ ...before, settings: {} })
    expect(JSON.stringify(after.settings)).not.to.match(/plan|"x"/)
  })

  it('tells the other devices what has changed, on both doors', async () => {
    const tablet = await otherDevice(ana)
    const sockets = [await ana.socket({ door: 'ws' }), await tablet.socket({ door: 'uws' })]
    const { gate, email_challenge: _, ...user } = (await ana.patch('/me', { name: 'Anabel' })).body
    for (const socket of sockets) {
      const frame = await socket.until('event', ({ event }) => event === 'me.updated')
      expect(frame).to.include({ topic: 'account' })
      expect(frame.data).to.deep.equal({ user, gate })
    }
  })

  it('says which field is wrong, by its dotted name', async () => {
    const wrong = { name: '  ', bio: 'x'.repeat(501), timezone: 'Mars/Base', locale: 'english' }
    expect(complaints(await ana.patch('/me', wrong))).to.have.all.keys('name', 'bio', 'timezone', 'locale')
    const settings = { sms_inbox: 'yes', quiet_hours: { start: '24:00' } }
    expect(complaints(await ana.patch('/me', { settings }))).to.have.all.keys(
      'settings.sms_inbox',
      'settings.quiet_hours.start',
      'settings.quiet_hours.end',
    )
    expect((await ana.get('/me')).body).to.include({ name: 'Ana', bio: null, timezone: 'UTC' })
  })
})
