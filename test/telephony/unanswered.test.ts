import { expect } from 'chai'
import { dialAccepted } from '#domain/calls'
import type { HandsetScript, ScriptStep } from '#simulator'
import { callEnded, callWith, inRoom, onCall, participant, phoneThat, ringsOf } from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import { follow, newTag } from '#test/tags'
import { ACCOUNT, World } from '#test/world'

describe('A call to a tag that nobody answers', () => {
  let world: World
  let ana: Person
  let bo: Person
  let tag: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = await newTag(bo, { title: 'Jazz Club' })
    await follow(ana, tag)
    ana.phone.script({ steps: [{ onPrompt: '1', wait: 1 }, ...speaks(6)] })
  })

  function speaks(seconds: number): ScriptStep[] {
    return [{ leaveVoicemail: { seconds, text: 'Hello Bo' } }, { wait: 1, press: '#' }]
  }
  const said = (person: Person) => person.phone.heard.map(({ words }) => words).join(' ')
  const inbox = async (person: Person): Promise<Json[]> => (await person.get('/inbox')).body.items
  const lineOf = (person: Person) => person.phone.calls.at(-1)?.status

  const ways: readonly [string, HandsetScript, number][] = [
    ['does not answer', { noAnswer: true }, 60],
    ['is busy', { busy: true }, 30],
    ['cannot be reached', { fail: 404 }, 30],
    ['hangs up at the question', { steps: [{ wait: 1, hangUp: true }] }, 40],
    ['lets a machine answer', { machine: { greetingSeconds: 5, beep: true } }, 100],
  ]
  for (const [what, script, seconds] of ways) {
    it(`leads to its mailbox when its owner ${what}, and the words to the owner’s inbox`, async () => {
      bo.phone.script(script)
      const socket = await ana.socket()
      const call = await callWith(ana, [{ ktag: tag.name }])
      await world.pass(seconds)

      const ended = await callEnded(socket)
      expect(ended).to.include({ id: call.id, status: 'ended', end_reason: 'voicemail' })
      expect(ended.participants.map(({ status }: Json) => status)[0]).to.equal('left')
      expect(said(ana)).to.include('You have reached Jazz Club. Leave a message after the tone.')
      const items = await inbox(bo)
      expect(items).to.have.lengthOf(1)
      expect(items[0]).to.include({ kind: 'voicemail', via: 'voice', read: false })
      expect(items[0].from).to.include({ user_id: ana.user.id, name: 'Ana' })
      expect(items[0].to_ktag.id).to.equal(tag.id)
      expect(items[0].media[0].duration_seconds).to.equal(6)
      expect(await inbox(ana)).to.deep.equal([])
      expect(lineOf(ana)).to.equal('completed')
      expect(inRoom(world, call)).to.be.empty
      expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
      expect(ringsOf(world, bo.mobile)).to.have.lengthOf(1)
    })
  }

  it('does so when its owner declines in the app, and goes on ringing nobody', async () => {
    bo.phone.script({ noAnswer: true })
    await callWith(ana, [{ ktag: tag.name }])
    expect((await bo.delete('/calls/active')).status).to.equal(204)
    await world.pass(30)
    expect(await inbox(bo)).to.have.lengthOf(1)
    expect(lineOf(bo)).to.equal('canceled')
  })

  it('frees the caller: a new call may begin while they speak', async () => {
    bo.phone.script({ busy: true })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(2)
    expect((await ana.get('/calls/active')).status).to.equal(404)
    expect(lineOf(ana)).to.equal('in-progress')
    expect((await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })).status).to.equal(201)
  })

  it('takes nothing from a caller who hangs up at the greeting', async () => {
    bo.phone.script({ busy: true })
    ana.phone.script({ steps: [{ onPrompt: '1', wait: 1 }] })
    await callWith(ana, [{ ktag: tag.name }])
    ana.phone.hangUp()
    await world.pass(5)
    expect(await inbox(bo)).to.deep.equal([])
  })

  it('ends at the longest message of the owner’s plan', async () => {
    ana.phone.script({ steps: [{ onPrompt: '1', wait: 1 }, { leaveVoicemail: { seconds: 300 } }] })
    bo.phone.script({ busy: true })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(90)
    expect((await inbox(bo))[0].media[0].duration_seconds).to.equal(60)
  })

  describe('has no mailbox to go to, and its host stays', () => {
    /** The host's line stays up, in the room, with nothing said about a message. */
    async function staysOn(): Promise<void> {
      expect((await ana.get('/calls/active')).body).to.include({ status: 'in_progress' })
      expect(lineOf(ana)).to.equal('in-progress')
      expect(said(ana)).not.to.include('Leave a message')
      await ana.delete('/calls/active')
      await world.pass(1)
      expect(lineOf(ana)).to.equal('completed')
      expect(await inbox(bo)).to.deep.equal([])
    }

    it('when the tag takes no voicemail', async () => {
      await bo.patch(`/ktags/${tag.id}`, { voicemail: false })
      bo.phone.script({ busy: true })
      await callWith(ana, [{ ktag: tag.name }])
      await staysOn()
    })

    it('when its owner presses 2: no more of this caller', async () => {
      bo.phone.script({ decline: true })
      await callWith(ana, [{ ktag: tag.name }])
      await world.pass(10)
      expect(await participant(ana, 'Bo')).to.include({ status: 'declined' })
      await staysOn()
    })

    it('when the host takes the person off the call', async () => {
      bo.phone.script({ noAnswer: true })
      await callWith(ana, [{ ktag: tag.name }])
      const { id } = await participant(ana, 'Bo')
      expect((await ana.delete(`/calls/active/participants/${id}`)).status).to.equal(204)
      await world.pass(2)
      await staysOn()
    })

    it('when somebody else is on the call, or has been', async () => {
      bo.phone.script({ noAnswer: true })
      await callWith(ana, [{ ktag: tag.name }])
      await ana.post('/calls/active/participants', { mobile: phoneThat(world, { busy: true }), name: 'Cy' })
      await world.pass(60)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'no_answer', Cy: 'busy' })
      await staysOn()
    })

    it('when the call is open to others', async () => {
      bo.phone.script({ busy: true })
      await callWith(ana, [{ ktag: tag.name }], { privacy: 'open' })
      await staysOn()
    })

    it('when the tag is the host’s own', async () => {
      const own = await newTag(ana)
      await follow(bo, own, { texts: false, calls: true })
      bo.phone.script({ busy: true })
      await callWith(ana, [{ ktag: own.name }])
      await staysOn()
    })

    it('when it was not by the tag that the person was called', async () => {
      bo.phone.script({ busy: true })
      await callWith(ana, [{ mobile: bo.mobile }])
      await staysOn()
    })
  })

  it('has had its answer when the owner was on: their leaving ends it', async () => {
    const socket = await ana.socket()
    bo.phone.script({
      steps: [
        { onPrompt: '1', wait: 1 },
        { wait: 5, hangUp: true },
      ],
    })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(10)
    expect(await participant(ana, 'Bo')).to.include({ status: 'left' })
    ana.phone.hangUp()
    await world.pass(1)
    expect(await callEnded(socket)).not.to.include({ end_reason: 'voicemail' })
    expect(await inbox(bo)).to.deep.equal([])
  })

  it('ends like any other when its host hangs up first', async () => {
    bo.phone.script({ noAnswer: true })
    const socket = await ana.socket()
    await callWith(ana, [{ ktag: tag.name }])
    ana.phone.hangUp()
    await world.pass(3)
    expect(await callEnded(socket)).to.include({ end_reason: 'host_left' })
    expect(said(ana)).not.to.include('Leave a message')
  })

  it('asks once, however often and in whatever order the carrier tells of it', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 1 })
    bo.phone.script({ busy: true })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(40)
    expect(await inbox(bo)).to.have.lengthOf(1)
    expect(said(ana).split('Leave a message')).to.have.lengthOf(2)
    expect(lineOf(ana)).to.equal('completed')
  })

  it('hangs up on nobody who speaks because the answer to the order that rang them comes so late', async () => {
    bo.phone.script({ busy: true })
    await callWith(ana, [{ ktag: tag.name }])
    const [line] = ringsOf(world, ana.mobile)
    const [participantId = ''] = legName(world, line?.sid ?? '').split('_')
    await world.running.database.write((unit) => dialAccepted(unit, participantId, { carrierId: line?.sid ?? '' }))
    await world.settle()
    expect(lineOf(ana)).to.equal('in-progress')
    await world.pass(20)
    expect(await inbox(bo)).to.have.lengthOf(1)
  })

  it('answers the same when the carrier asks again what comes next', async () => {
    bo.phone.script({ busy: true })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(1)
    const [line] = ringsOf(world, ana.mobile)
    const leg = legName(world, line?.sid ?? '')
    const over = `/webhooks/twilio/voice/leg/over?leg=${leg}`
    const form = { CallSid: line?.sid ?? '', CallStatus: 'in-progress' }
    expect(await knockSigned(world, over, form, ACCOUNT.token)).to.equal(200)
    await world.pass(30)
    expect(await inbox(bo)).to.have.lengthOf(1)
  })

  it('leads there too when the carrier refuses the owner’s number at once', async () => {
    const refused = '+15005550001'
    await world.running.database.sql('users').where({ id: bo.user.id }).update({ mobile: refused })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(20)
    expect(await inbox(bo)).to.have.lengthOf(1)
    expect(lineOf(ana)).to.equal('completed')
  })

  it('does not leave its host alone in a room that they reach after it was closed', async () => {
    bo.phone.script({ busy: true })
    const call = await callWith(ana, [{ ktag: tag.name }])
    expect(said(ana).split('Leave a message')).to.have.lengthOf(2)
    const [line] = ringsOf(world, ana.mobile)
    await enterRoom(call, line?.sid ?? '')
    expect(inRoom(world, call)).to.be.empty
    await world.pass(5)
    expect(said(ana).split('Leave a message'), 'asked again, out of the room').to.have.lengthOf(3)
    expect(lineOf(ana)).to.equal('in-progress')
  })

  /** The carrier carries out late what it was told at the host's 1: it puts their leg into the room of the call. */
  async function enterRoom({ id }: Json, sid: string): Promise<void> {
    const leg = legName(world, sid)
    const Twiml = `<Response><Dial action="${world.url}/webhooks/twilio/voice/leg/over?leg=${leg}"><Conference
      participantLabel="${leg}" statusCallback="${world.url}/webhooks/twilio/conference"
      statusCallbackEvent="start end join leave">call_${id}</Conference></Dial></Response>`
    const answer = await fetch(`${world.carrier.url}/2010-04-01/Accounts/${ACCOUNT.sid}/Calls/${sid}.json`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ Twiml }),
    })
    expect(answer.status).to.equal(200)
    await world.settle()
  }
})
