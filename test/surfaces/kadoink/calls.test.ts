import { expect } from 'chai'
import type { HandsetScript } from '#simulator'
import type { Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { World } from '#test/world'

describe('Calls', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('rings the host first and the guests only once the host has pressed 1', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())
    const { status, body } = await ana.post('/calls', { to: [bo] })
    expect(status).to.equal(201)
    expect(statuses(body)).to.deep.equal({ Ana: 'queued', Bo: 'queued' })

    await world.pass(2)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'screening', Bo: 'queued' })
    await world.pass(60)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    expect((await ana.get('/calls/active')).body.status).to.equal('in_progress')
  })

  it('tells the host every step of everyone, live, on both doors', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())
    const cy = await ana.knows('Cy', phoneThat(world, { busy: true }))
    const di = await ana.knows('Di', phoneThat(world, { noAnswer: true }))
    const sockets = [await ana.socket({ door: 'ws' }), await ana.socket({ door: 'uws' })]

    await ana.post('/calls', { to: [bo, cy, di] })
    await world.pass(120)

    for (const socket of sockets) {
      await socket.until('event', (frame) => isStep(frame, 'Di', 'no_answer'))
      const steps = stepsHeard(socket)
      expect(steps.Ana).to.deep.equal(['queued', 'dialing', 'ringing', 'screening', 'joined'])
      expect(steps.Bo).to.deep.equal(['queued', 'dialing', 'ringing', 'screening', 'joined'])
      expect(steps.Cy).to.deep.equal(['queued', 'dialing', 'ringing', 'busy'])
      expect(steps.Di).to.deep.equal(['queued', 'dialing', 'ringing', 'no_answer'])
    }
  })

  it('allows one call at a time, even when two requests race', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())

    const answers = await Promise.all([ana.post('/calls', { to: [bo] }), ana.post('/calls', { to: [bo] })])

    expect(answers.map((answer) => answer.status)).to.have.members([201, 409])
    expect(answers.find((answer) => answer.status === 409)?.body.error.code).to.equal('call_in_progress')
  })
})

function phoneThat(world: World, script: HandsetScript): string {
  const number = world.freshNumber()
  world.carrier.handset(number).script(script)
  return number
}

function statuses(call: { participants: { name: string; status: string }[] }): Record<string, string> {
  return Object.fromEntries(call.participants.map(({ name, status }) => [name, status]))
}

async function onCall(person: Person): Promise<Record<string, string>> {
  return statuses((await person.get('/calls/active')).body)
}

type Heard = Client['heard'][number]

function isStep(frame: Heard, name: string, status: string): boolean {
  const participant = frame.data.participant as { name: string; status: string } | undefined
  return participant?.name === name && participant.status === status
}

function stepsHeard({ heard }: Client): Record<string, string[]> {
  const steps: Record<string, string[]> = {}
  for (const { event, data } of heard) {
    if (event !== 'call.participant_updated') continue
    const { name, status } = data.participant as { name: string; status: string }
    steps[name] = [...(steps[name] ?? []), status]
  }
  return steps
}
