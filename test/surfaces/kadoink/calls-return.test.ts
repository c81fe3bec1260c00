import { expect } from 'chai'
import {
  callEnded,
  callWith,
  framesOf,
  heardInRoom,
  inRoom,
  onCall,
  participant,
  phoneThat,
  ringsOf,
  staysFor,
} from '#test/calls-stage'
import { knock, knockSigned, signature } from '#test/calls-webhooks'
import { askWebhook } from '#test/mailbox-stage'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Going back to a call', () => {
  let world: World
  let ana: Person
  let bo: Person
  const cy = { mobile: '', name: 'Cy' }

  before(async () => {
    world = await World.start({ TWILIO_UNSIGNED_PARAMS: 'StirVerstat' })
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    cy.mobile = world.freshNumber()
  })

  /** Dial our number, enter these keys at the first question, and let some seconds pass. */
  async function dial(phone: string, keys: string, seconds = 10): Promise<string> {
    const sid = world.carrier.handset(phone).dial(ACCOUNT.number, { steps: [{ onPrompt: keys, wait: 1 }] })
    await world.pass(seconds)
    return sid
  }

  /** What a phone has heard in one of its calls. */
  const heardIn = (phone: string, sid: string): readonly string[] =>
    world.carrier
      .handset(phone)
      .heard.filter(({ callSid }) => callSid === sid)
      .map(({ words }) => words)

  it('is offered to a guest who has left and dials us from that phone, before anything else', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    const { id } = await participant(ana, 'Bo')
    bo.phone.hangUp()
    await world.pass(1)
    const socket = await bo.socket()

    const sid = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, sid)).to.deep.equal([
      'Press 1 to go back to your call with Ana, or enter a tag or extension, then pound.',
    ])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
    expect((await participant(ana, 'Bo')).id).to.equal(id)
    expect(inRoom(world, call)).to.have.members([ana.mobile, bo.mobile, cy.mobile])
    expect((await bo.get('/calls/active')).body.id).to.equal(call.id)
    expect((await framesOf(socket, 'Bo')).at(-1)).to.include({ status: 'joined', left_at: null })

    bo.phone.hangUp()
    await world.pass(1)
    expect(await onCall(ana)).to.include({ Bo: 'left' })
    await dial(bo.mobile, '1#', 3)
    expect(await onCall(ana)).to.include({ Bo: 'joined' })
  })

  it('is offered to people without an account as well, and to nobody who is not known to have been on it', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    world.carrier.handset(cy.mobile).hangUp()
    await world.pass(1)
    await dial(cy.mobile, '1')
    expect(await onCall(ana)).to.include({ Cy: 'joined' })

    const stranger = world.freshNumber()
    const sid = await dial(stranger, '1')
    expect(heardIn(stranger, sid).join()).not.to.include('go back')
  })

  it('is no obligation: another tag can be entered at the same question', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    bo.phone.hangUp()
    await world.pass(1)
    const { extension } = await world.running.database.read((view) =>
      view.sql('ktags').where({ owner_id: ana.user.id }).first('extension'),
    )
    const sid = await dial(bo.mobile, `${extension}#`)
    expect(heardIn(bo.mobile, sid).join()).to.include('You have reached Ana')
    expect(await onCall(ana)).to.include({ Bo: 'left' })
  })

  it('is open to a host whose open call goes on without them', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy], { privacy: 'open' })
    const { started_at } = (await ana.get('/calls/active')).body
    ana.phone.hangUp()
    await world.pass(1)
    const sid = await dial(ana.mobile, '1')
    expect(heardIn(ana.mobile, sid)).to.deep.equal([
      'Press 1 to go back to your call, or enter a tag or extension, then pound.',
    ])
    expect(await onCall(bo)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
    expect((await ana.get('/calls/active')).body).to.include({ id: call.id, started_at })
    expect(ringsOf(world, cy.mobile)).to.have.lengthOf(1)
    ana.phone.hangUp()
    await world.pass(1)
    expect(await onCall(bo)).to.include({ Ana: 'left', Bo: 'joined' })
  })

  it('rings the phone itself when nobody vouches for the number that is shown', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    bo.phone.hangUp()
    await world.pass(1)
    bo.phone.script({ noAnswer: true })
    const failed = { CallSid: `CA${'f'.repeat(32)}`, From: bo.mobile, StirVerstat: 'TN-Validation-Failed-C' }
    expect(await askWebhook(world, '/webhooks/twilio/voice', failed)).to.include('Hi. Enter the tag')
    const impostor = world.freshNumber()
    const sid = world.carrier
      .handset(impostor)
      .dial(ACCOUNT.number, { callerId: bo.mobile, steps: [{ onPrompt: '1', wait: 1 }] })
    await world.pass(10)
    expect(heardIn(impostor, sid)).to.deep.equal([
      'Press 1 to be called back into your call, or enter a tag or extension, then pound.',
    ])
    expect(inRoom(world, call)).to.have.members([ana.mobile, cy.mobile])
    expect(await participant(ana, 'Bo')).to.include({ status: 'ringing' })
    expect(ringsOf(world, bo.mobile)).to.have.lengthOf(2)
    await world.pass(30)
    expect(await participant(ana, 'Bo')).to.include({ status: 'no_answer' })
    const again = world.carrier.handset(impostor).dial(ACCOUNT.number, { callerId: bo.mobile })
    await world.pass(3)
    expect(heardIn(impostor, again).join()).not.to.include('called back')
  })

  it('lets those in whose phone is rung and who press 1', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    const { id } = await participant(ana, 'Bo')
    bo.phone.hangUp()
    await world.pass(1)
    const path = `/webhooks/twilio/voice/tag?back=${call.id}`
    const form = { CallSid: `CA${'d'.repeat(32)}`, From: bo.mobile, Digits: '1' }
    const [once, twice] = [await askWebhook(world, path, form), await askWebhook(world, path, form)]
    expect(once).to.include('<Hangup/>').and.not.include('<Say')
    expect(twice, 'asked again').to.equal(once)
    await world.pass(8)
    expect(await participant(ana, 'Bo')).to.include({ id, status: 'joined' })
    expect(inRoom(world, call)).to.have.members([ana.mobile, bo.mobile, cy.mobile])
    expect(ringsOf(world, bo.mobile)).to.have.lengthOf(2)
  })

  it('lets nobody in by a word that the carrier has not signed', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    bo.phone.hangUp()
    await world.pass(1)
    bo.phone.script({ noAnswer: true })
    const path = `/webhooks/twilio/voice/tag?back=${call.id}`
    const form = { CallSid: `CA${'a'.repeat(32)}`, From: bo.mobile, Digits: '1' }
    const header = signature(ACCOUNT.token, world.url + path, form)
    expect(await knock(world, path, { ...form, StirVerstat: 'TN-Validation-Passed-A' }, header)).to.equal(200)
    expect(await knock(world, path, { ...form, CallToken: 'x' }, header)).to.equal(403)
    await world.pass(1)
    expect(await participant(ana, 'Bo')).to.include({ status: 'ringing' })
    expect(inRoom(world, call)).to.have.members([ana.mobile, cy.mobile])
  })

  it('calls nobody back whose phone may not be rung', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy], { privacy: 'open' })
    const costly = '+19005550123'
    const { dial_in } = (await ana.get('/calls/active')).body
    await dial(costly, `${dial_in.pin}#`, 5)
    world.carrier.handset(costly).hangUp()
    await world.pass(1)
    const path = `/webhooks/twilio/voice/tag?back=${call.id}`
    const form = { CallSid: `CA${'e'.repeat(32)}`, From: costly, Digits: '1' }
    expect(await askWebhook(world, path, form)).to.include('We cannot call you back')
    await world.pass(5)
    expect(ringsOf(world, costly)).to.be.empty
  })

  it('is nothing for those who came by the PIN, once the call is private again; a host may still call them', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy], { privacy: 'open' })
    const { dial_in } = (await ana.get('/calls/active')).body
    const eve = world.freshNumber()
    await dial(eve, `${dial_in.pin}#`, 5)
    world.carrier.handset(eve).hangUp()
    bo.phone.hangUp()
    await world.pass(1)
    await ana.patch('/calls/active', { privacy: 'private' })

    const sid = await dial(eve, '1')
    expect(heardIn(eve, sid).join()).not.to.include('go back')
    await dial(bo.mobile, '1')
    expect(await onCall(ana)).to.include({ Bo: 'joined', Cy: 'joined' })

    const { participants } = (await ana.get('/calls/active')).body
    const [late] = participants.filter((one: { name: string | null }) => one.name === null)
    expect((await ana.post(`/calls/active/participants/${late.id}/redial`)).status).to.equal(200)
    await world.pass(5)
    world.carrier.handset(eve).hangUp()
    await world.pass(1)
    const called = await dial(eve, '1')
    expect(heardIn(eve, called)[0]).to.include('go back to your call with Ana')
  })

  it('is nothing for those whom the host has blocked, nor is the PIN', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy], { privacy: 'open' })
    const { dial_in } = (await ana.get('/calls/active')).body
    bo.phone.hangUp()
    await world.pass(1)
    await ana.patch('/me', { settings: { blocked: [bo.user.id] } })
    const sid = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, sid).join()).not.to.include('go back')
    await dial(bo.mobile, `${dial_in.pin}#`)
    expect(await onCall(ana)).to.include({ Bo: 'left' })

    const eve = await world.person('Eve')
    await ana.patch('/me', { settings: { blocked: [bo.user.id, eve.user.id] } })
    await dial(eve.mobile, `${dial_in.pin}#`)
    expect(Object.keys(await onCall(ana))).to.have.members(['Ana', 'Bo', 'Cy'])
  })

  it('is not offered once the call is over, and refused in words when it ends at that moment', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    bo.phone.hangUp()
    await world.pass(1)
    const sid = bo.phone.dial(ACCOUNT.number, { steps: [{ onPrompt: '1', wait: 4 }] })
    await world.pass(1)
    await ana.delete('/calls/active')
    await world.pass(12)
    expect(heardIn(bo.mobile, sid).at(-1)).to.equal('That call is over.')

    const again = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, again).join()).not.to.include('go back')
  })

  it('is refused in words when the call is full, or the person is on another one', async () => {
    await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      ...Array.from({ length: 3 }, () => ({ mobile: world.freshNumber() })),
    ])
    bo.phone.hangUp()
    await world.pass(1)
    const late = world.freshNumber()
    await ana.post('/calls/active/participants', { mobile: late, name: 'Di' })
    await world.pass(5)
    const full = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, full).at(-1)).to.equal('Your call is full now. Try again when somebody has left.')

    world.carrier.handset(late).hangUp()
    const eve = await world.person('Eve')
    await callWith(eve, [{ mobile: bo.mobile, name: 'Bo' }])
    expect(await onCall(eve)).to.include({ Bo: 'joined' })
    const elsewhere = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, elsewhere).at(-1)).to.equal('You are on another call. Hang up there first.')
    expect(await onCall(ana)).to.include({ Bo: 'left' })
  })

  it('does not make heard again whom the host has muted', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy], { privacy: 'open' })
    const { id } = await participant(ana, 'Bo')
    await ana.patch(`/calls/active/participants/${id}`, { muted: true, on_hold: true })
    bo.phone.hangUp()
    await world.pass(1)
    await dial(bo.mobile, '1')
    expect(await participant(ana, 'Bo')).to.include({
      status: 'joined',
      muted: true,
      muted_by_host: true,
      on_hold: false,
    })
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')

    bo.phone.hangUp()
    await world.pass(1)
    const { dial_in } = (await ana.get('/calls/active')).body
    await dial(bo.mobile, `${dial_in.pin}#`)
    expect((await ana.get('/calls/active')).body.participants).to.have.lengthOf(3)
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')
    await ana.patch(`/calls/active/participants/${id}`, { muted: false })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('heard')
  })

  it('is offered for the call that was left last, and ends nothing that goes on meanwhile', async () => {
    const eve = await world.person('Eve')
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    bo.phone.hangUp()
    await world.pass(1)
    const socket = await eve.socket()
    await callWith(eve, [{ mobile: bo.mobile, name: 'Bo' }])
    bo.phone.hangUp()
    await world.pass(1)
    const sid = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, sid)[0]).to.include('your call with Eve')
    expect(await onCall(eve)).to.include({ Bo: 'joined' })
    expect(await onCall(ana)).to.include({ Bo: 'left' })
    bo.phone.hangUp()
    await eve.delete('/calls/active')
    await callEnded(socket)
    await world.pass(1)
    const next = await dial(bo.mobile, '1')
    expect(heardIn(bo.mobile, next)[0]).to.include('your call with Ana')
    expect(await onCall(ana)).to.include({ Bo: 'joined' })
  })

  it('answers the same when the carrier asks twice, and counts once', async () => {
    const leaving = phoneThat(world, staysFor(2))
    const call = await callWith(ana, [{ mobile: leaving, name: 'Di' }, cy])
    await world.pass(2)
    const sid = `CA${'c'.repeat(32)}`
    const path = `/webhooks/twilio/voice/tag?back=${call.id}`
    const form = { CallSid: sid, From: leaving, StirVerstat: 'TN-Validation-Passed-A', Digits: '1' }
    const ask = () => knockSigned(world, path, form, ACCOUNT.token)
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers).to.deep.equal([200, 200, 200])
    expect(await onCall(ana)).to.include({ Di: 'joined' })
    expect((await ana.get('/calls/active')).body.participants).to.have.lengthOf(3)
  })
})
