import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { diskBlobs } from '#gateways/blobs'
import { createLog } from '#kit/log'
import type { ScriptStep } from '#simulator'
import { createTwilioCarrier, deleteDueAtCarrier } from '#telephony'
import { onKeypad } from '#test/kadoink-voicemail'
import { heardBy, inboxOf, recordingsOf, ringsOf, set, speak } from '#test/mailbox-stage'
import type { Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { ACCOUNT, World } from '#test/world'

describe('Voicemail on a server that is killed', () => {
  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let from: string
  const people: Person[] = []

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-voicemail-killed-'))
    born = await World.start({ DATA_DIR: dataDir })
    for (const name of ['Ana', 'Bo', 'Cy']) people.push(await born.person(name))
    for (const person of people) await set(person, 'ktags', { call_policy: 'anyone' })
    for (const person of people) await person.patch('/me', { settings: { sms_inbox: true, ring_for_tags: false } })
    mortal = await handOver(born, dataDir)
  })
  beforeEach(() => {
    born.carrier.faults.clear()
    from = born.freshNumber()
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const nextPerson = (): Person => mortal.person(people.shift() as Person)
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) await born.carrier.clock.advance(1)
  }
  const dial = (to: Person, rest: readonly ScriptStep[]): string => {
    const steps = [{ onPrompt: `${onKeypad(to.username)}#`, wait: 1 }, ...rest]
    return born.carrier.handset(from).dial(ACCOUNT.number, { steps })
  }
  const tools = () => ({
    database: mortal.database,
    blobs: diskBlobs(join(dataDir, 'blobs')),
    carrier: createTwilioCarrier({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      apiBase: born.carrier.url,
      publicUrl: mortal.server.url,
      log: createLog('silent'),
      tuning: { timeoutMs: 500 },
    }),
  })
  const noticesTo = (person: Person) =>
    born.carrier.handset(person.mobile).texts.filter(({ body }) => body.startsWith('Voicemail from'))

  it('after it has heard of a recording and before it has the sound keeps it all the same: once', async () => {
    const ana = nextPerson()
    born.carrier.faults.recordings({ missingForSeconds: 5 })
    dial(ana, [...speak(5), { press: '1', wait: 1 }])
    await pass(18)
    expect(await inboxOf(ana)).to.have.lengthOf(1)
    await mortal.server.kill()
    await pass(20)
    await mortal.server.start()

    const sounds = () => mortal.database.sql('files').where({ owner_id: ana.user.id })
    // Looked for where nobody counts how often somebody asks.
    await until(async () => (await sounds()).length === 1)
    await until(() => recordingsOf(mortal.world, from).length === 0)
    await until(async () => {
      await pass(1)
      return noticesTo(ana).length > 0
    })
    const items = await inboxOf(ana)
    expect(items.map(({ media }) => media.length)).to.deep.equal([1])
    expect(await sounds()).to.have.lengthOf(1)
    await pass(5)
    expect(noticesTo(ana)).to.have.lengthOf(1)
  }).timeout(60_000)

  it('after the carrier has deleted a copy and before it wrote that down asks once more, and that is all', async () => {
    const bo = nextPerson()
    // Of the list of transcripts and of the deletion no word comes back.
    born.carrier.faults.rest({ timeoutAfterEffect: 2 })
    dial(bo, speak(1))
    await pass(12)
    const owed = () => mortal.database.sql('carrier_deletions').pluck('carrier_id')
    await until(async () => (await owed()).length === 1)
    await until(() => born.carrier.faults.current.rest.timeoutAfterEffect === 1)
    await mortal.server.kill()
    await mortal.server.start()
    mortal.clock.advance(60)
    await deleteDueAtCarrier(tools())
    mortal.clock.advance(60)
    await deleteDueAtCarrier(tools())
    expect([await owed(), recordingsOf(mortal.world, from)]).to.deep.equal([[], []])
    expect(await inboxOf(bo)).to.deep.equal([])
  }).timeout(60_000)

  it('while it rings an owner puts the caller through to them when it is back', async () => {
    const cy = nextPerson()
    await cy.patch('/me', { settings: { ring_for_tags: true } })
    const script = {
      answer: { after: 2 },
      steps: [
        { wait: 6, press: '1' },
        { wait: 5, hangUp: true },
      ],
    } as const
    born.carrier.handset(cy.mobile).script(script)
    const call = dial(cy, [])
    await pass(7)
    expect(ringsOf(mortal.world, cy.mobile)).to.have.lengthOf(1)
    await mortal.server.kill()
    await mortal.server.start()
    await pass(20)
    expect(JSON.stringify(born.carrier.timeline(call))).to.include('bridged')
    expect(heardBy(mortal.world, from)).not.to.include('after the tone')
    expect([ringsOf(mortal.world, cy.mobile).length, await inboxOf(cy)]).to.deep.equal([1, []])
  }).timeout(60_000)
})
