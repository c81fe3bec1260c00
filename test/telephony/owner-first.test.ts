import { expect } from 'chai'
import type { HandsetScript } from '#simulator'
import { callWith, phoneThat, staysFor } from '#test/calls-stage'
import { onKeypad } from '#test/kadoink-voicemail'
import {
  askWebhook,
  dials,
  heardBy,
  inboxOf,
  type MailboxWorld,
  mailboxWorld,
  ringsOf,
  set,
  speak,
} from '#test/mailbox-stage'
import type { Person } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

describe('Whoever dials a tag', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person
  let from: string

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    await set(ana, 'ktags', { call_policy: 'anyone' })
    from = world.freshNumber()
  })

  const stillOn = (phone: string) => world.carrier.handset(phone).calls.filter(({ status }) => status === 'in-progress')
  const greeting = 'Leave a message after the tone.'

  it('is put through to its owner, who presses 1; when they have talked, that is all', async () => {
    ana.phone.script(staysFor(10))
    const call = await dials(world, from, ana, [], 12)
    expect(stillOn(ana.mobile)).to.have.lengthOf(1)
    expect(JSON.stringify(world.carrier.timeline(call))).to.include('bridged')
    await world.pass(20)

    const [ring] = ringsOf(world, ana.mobile)
    expect(ring).to.include({ from: ACCOUNT.number, status: 'completed' })
    const ending = [...from.slice(-4)].join(', ')
    expect(heardBy(world, ana.mobile)).to.include(
      `Somebody with a number that ends in ${ending}, is calling ${ana.username}. Press 1 to take the call`,
    )
    expect(heardBy(world, from)).not.to.include(greeting)
    expect([stillOn(from), await inboxOf(ana)]).to.deep.equal([[], []])
  })

  it('is announced by the name under which the owner knows them', async () => {
    const bo = await world.person('Bo')
    ana.phone.script(staysFor(1))
    await dials(world, bo.mobile, ana, [])
    expect(heardBy(world, ana.mobile)).to.include('Bo is calling')
    await ana.knows('Bobby', bo.mobile)
    await dials(world, bo.mobile, ana, [])
    expect(heardBy(world, ana.mobile)).to.include('Bobby is calling')
    ana.phone.script({ decline: true })
    await dials(world, 'anonymous', ana, [])
    expect(heardBy(world, ana.mobile)).to.include('Somebody with a hidden number is calling')
  })

  const refusals: Record<string, HandsetScript> = {
    'presses 2': { decline: true },
    'has a mailbox of their own, which presses nothing': { machine: { greetingSeconds: 4, beep: true } },
    'says nothing': { silent: true },
    'does not pick up': { noAnswer: true },
    'is on the phone': { busy: true },
    'cannot be reached': { fail: 404 },
    'hangs up at the question': { steps: [{ wait: 2, hangUp: true }] },
    'presses something else, and then nothing': { steps: [{ onPrompt: '7', wait: 1 }] },
  }
  for (const [what, script] of Object.entries(refusals)) {
    it(`is asked for a message when the owner ${what}`, async () => {
      ana.phone.script(script)
      await dials(world, from, ana, speak(4), 75)
      expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
      expect(heardBy(world, from)).to.include(greeting)
      expect(await inboxOf(ana)).to.have.lengthOf(1)
    })
  }

  it('is not rung through where the tag, its owner, or the owner’s number says no', async () => {
    const quiet = async (why: string) => {
      await dials(world, from, ana, speak(3))
      expect(ringsOf(world, ana.mobile), why).to.have.lengthOf(0)
    }
    await set(ana, 'ktags', { call_policy: 'nobody' })
    await quiet('the tag is called by nobody')
    await set(ana, 'ktags', { call_policy: 'followers' })
    await quiet('the tag is called by its followers')
    await set(ana, 'ktags', { call_policy: 'anyone' })
    await ana.patch('/me', { settings: { ring_for_tags: false } })
    await quiet('the owner wants no calls on account of tags')
    await ana.patch('/me', { settings: { ring_for_tags: true } })
    const { sql } = world.running.database
    const others = [await world.person(), await world.person(), await world.person()]
    const refused = others.map(({ user }) => ({ caller_id: user.id, phone: ana.mobile, refused_at: new Date() }))
    await sql('call_refusals').insert(refused)
    await quiet('three people’s calls were refused there')
    expect(await inboxOf(ana)).to.have.lengthOf(4)
    await sql('call_refusals').where({ phone: ana.mobile }).delete()
    await dials(world, from, ana, speak(3))
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
  })

  it('does not disturb an owner who is on a call', async () => {
    const friend = phoneThat(world, { steps: [{ onPrompt: '1', wait: 1 }] })
    await callWith(ana, [{ mobile: friend, name: 'Friend' }])
    const before = ringsOf(world, ana.mobile).length
    await dials(world, from, ana, speak(4))
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(before)
    expect(await inboxOf(ana)).to.have.lengthOf(1)
    await ana.delete('/calls/active')
    await world.pass(3)
  })

  it('has only the owner’s verified number dialled', async () => {
    const next = world.freshNumber()
    await ana.put('/me/mobile', { mobile: next })
    ana.phone.script(staysFor(1))
    await dials(world, from, ana, [])
    expect([ringsOf(world, ana.mobile).length, ringsOf(world, next).length]).to.deep.equal([1, 0])
    await set(ana, 'users', { mobile_verified_at: null })
    await dials(world, from, ana, speak(3))
    expect([ringsOf(world, ana.mobile).length, ringsOf(world, next).length]).to.deep.equal([1, 0])
  })

  it('cannot have it rung without end: three times in ten minutes, and the others leave a message', async () => {
    ana.phone.script({ decline: true })
    for (let time = 0; time < 5; time++) await dials(world, from, ana, speak(3), 30)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(3)
    expect(await inboxOf(ana)).to.have.lengthOf(5)

    await dials(world, world.freshNumber(), ana, speak(3), 30)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(4)
    await world.moveClock(601)
    await dials(world, from, ana, speak(3), 30)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(5)
  })

  it('finds the phone ringing for somebody else, and leaves a message meanwhile', async () => {
    ana.phone.script({ answer: { after: 15 }, steps: [{ onPrompt: '2', wait: 1 }] })
    const both = [world.freshNumber(), world.freshNumber()]
    for (const phone of both) {
      const steps = [{ onPrompt: `${onKeypad(ana.username)}#`, wait: 1 }, ...speak(4)]
      world.carrier.handset(phone).dial(ACCOUNT.number, { steps })
    }
    await world.pass(60)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
    expect(await inboxOf(ana)).to.have.lengthOf(2)
    await dials(world, world.freshNumber(), ana, speak(3), 45)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(2)
  })

  it('who hangs up while it rings has the owner’s phone stop, and finds it free the next time', async () => {
    ana.phone.script({ answer: { after: 15 } }, staysFor(5))
    await dials(world, from, ana, [{ wait: 5, hangUp: true }], 10)
    expect(ringsOf(world, ana.mobile)[0]?.status).to.equal('canceled')
    const { sql } = world.running.database
    const { id, secret } = await sql('owner_rings').where({ owner_id: ana.user.id }).first()
    const key = `/webhooks/twilio/voice/owner/key?ring=${id}_${secret}`
    expect(await askWebhook(world, key, { Digits: '1' })).to.include('<Hangup/>')
    await dials(world, world.freshNumber(), ana, [], 20)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(2)
  })

  it('is cut off when the plan’s longest call is over', async () => {
    ana.phone.script({ steps: [{ onPrompt: '1', wait: 1 }] })
    await dials(world, from, ana, [], 12)
    await world.carrier.clock.advance(1790)
    expect(stillOn(ana.mobile)).to.have.lengthOf(1)
    await world.carrier.clock.advance(20)
    await world.settle()
    expect(ringsOf(world, ana.mobile)[0]).to.include({ status: 'completed' })
    expect(stillOn(from)).to.deep.equal([])
    expect(await inboxOf(ana)).to.deep.equal([])
  })

  describe('while the carrier asks again and again', () => {
    const tag = '/webhooks/twilio/voice/tag'
    const form = (call: string) => ({ CallSid: call, From: from, To: ACCOUNT.number, Digits: onKeypad(ana.username) })
    const callSid = (letter: string) => `CA${letter.repeat(32)}`
    const nameIn = (document: string) => /ring=([\w-]+)/.exec(document)?.[1] ?? ''

    it('gets the same answer each time, and one ring', async () => {
      const asked = form(callSid('1'))
      const answers = await Promise.all([1, 2, 3, 4].map(() => askWebhook(world, tag, asked)))
      expect(new Set(answers).size).to.equal(1)
      expect(answers[0]).to.include(`>${ana.mobile}</Number>`)
      const rings = await world.running.database.sql('owner_rings').where({ owner_id: ana.user.id })
      expect(rings).to.have.lengthOf(1)
    })

    it('gets the mailbox again once it was sent there, though the owner is free by now', async () => {
      await ana.patch('/me', { settings: { ring_for_tags: false } })
      const asked = form(callSid('2'))
      const first = await askWebhook(world, tag, asked)
      await ana.patch('/me', { settings: { ring_for_tags: true } })
      expect(first).to.include('<Record')
      expect(await askWebhook(world, tag, asked)).to.equal(first)
    })

    it('has talked when the owner pressed 1 by our record, however the carrier calls it', async () => {
      const call = callSid('3')
      const ring = nameIn(await askWebhook(world, tag, form(call)))
      const over = `/webhooks/twilio/voice/owner/over?ring=${ring}`
      const key = `/webhooks/twilio/voice/owner/key?ring=${ring}`
      const put = await Promise.all([1, 2].map(() => askWebhook(world, key, { Digits: '1' })))
      expect(put[0])
        .to.equal(put[1])
        .and.to.match(/<Response\/>$/)
      const word = { CallSid: call, DialCallStatus: 'no-answer' }
      const after = await Promise.all([1, 2, 3].map(() => askWebhook(world, over, word)))
      expect(new Set(after).size).to.equal(1)
      expect(after[0]).to.match(/<Response><Hangup\/><\/Response>$/)
      // The owner's leg is over as well: a key that was pressed comes too late.
      expect(await askWebhook(world, key, { Digits: '1' })).to.include('<Hangup/>')
    })

    it('has not talked when nobody pressed 1, or when it was pressed and nobody put through', async () => {
      const first = callSid('4')
      const one = nameIn(await askWebhook(world, tag, form(first)))
      const done = { CallSid: first, DialCallStatus: 'completed', DialBridged: 'true' }
      expect(await askWebhook(world, `/webhooks/twilio/voice/owner/over?ring=${one}`, done)).to.include('<Record')

      const second = callSid('5')
      const two = nameIn(await askWebhook(world, tag, form(second)))
      await askWebhook(world, `/webhooks/twilio/voice/owner/key?ring=${two}`, { Digits: '1' })
      const dropped = { CallSid: second, DialCallStatus: 'completed', DialBridged: 'false' }
      const answers = [1, 2].map(() => askWebhook(world, `/webhooks/twilio/voice/owner/over?ring=${two}`, dropped))
      const [answer, again] = await Promise.all(answers)
      expect(answer).to.include('<Record').and.to.equal(again)
    })

    it('learns nothing from an address that is none of ours', async () => {
      const ring = nameIn(await askWebhook(world, tag, form(callSid('6'))))
      for (const name of [`${ring.slice(0, -1)}x`, ring.split('_')[0], 'x', '']) {
        expect(await askWebhook(world, `/webhooks/twilio/voice/owner?ring=${name}`, {}), name).to.include('<Hangup/>')
        const key = await askWebhook(world, `/webhooks/twilio/voice/owner/key?ring=${name}`, { Digits: '1' })
        expect(key, name).to.include('<Hangup/>')
      }
    })
  })
})
