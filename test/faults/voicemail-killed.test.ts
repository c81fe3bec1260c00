import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Form, knockSigned } from '#test/calls-webhooks'
import { chance, inFlight, shuffled } from '#test/crowd'
import { onKeypad } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { ACCOUNT, World } from '#test/world'

const VOICEMAILS = 50
/** Of so many the server is told while it is down, and never again. */
const TOLD_IN_VAIN = 20
const AT_ONCE = 20

/** Something the carrier tells of a recording. */
interface Told {
  readonly path: string
  readonly form: Form
}

describe('Fifty voicemails and a server that is killed among them', () => {
  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let ana: Person
  const random = chance(5)

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-voicemails-'))
    born = await World.start({ DATA_DIR: dataDir })
    const person = await born.person('Ana')
    mortal = await handOver(born, dataDir)
    ana = mortal.person(person)
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('are in the inbox once each, with their sound', async function () {
    this.timeout(120_000)
    await everybodySpeaks()
    const recordings = born.carrier.recordings()
    expect(recordings.filter(({ status }) => status === 'completed')).to.have.lengthOf(VOICEMAILS)

    const inVain = recordings.slice(0, TOLD_IN_VAIN).flatMap(told)
    const insistent = recordings.slice(TOLD_IN_VAIN).flatMap(told)
    const many = insistent.flatMap((one) => Array.from({ length: 2 + Math.floor(random() * 3) }, () => one))
    let answered = 0
    let refused = 0
    const down = () => answered >= many.length / 2
    const isDown = until(down).then(async () => {
      await mortal.server.kill()
      for (const one of inVain) expect(await knock(one)).to.equal(null)
      await mortal.server.start()
    })
    await inFlight(AT_ONCE, shuffled(many, random), async (one) => {
      // Whatever gets no answer is told again, as the carrier does where it was asked to.
      for (let status = await knock(one); status !== 200 && status !== 204; status = await knock(one)) refused++
      answered++
    })
    await isDown
    expect(refused, 'tries that met nobody').to.be.above(0)

    await until(async () => (await sounds()).length >= VOICEMAILS)
    const { items } = (await ana.get('/inbox?limit=100')).body
    expect(items).to.have.lengthOf(VOICEMAILS)
    expect(new Set(items.map(({ number }: Json) => number)).size).to.equal(VOICEMAILS)
    expect(items.map(({ media }: Json) => media.length)).to.deep.equal(items.map(() => 1))
    for (const { media } of items) {
      const sound = await fetch(new URL(media[0].stream_url, mortal.server.url))
      expect(sound.status).to.equal(200)
      expect((await sound.arrayBuffer()).byteLength).to.equal(media[0].size_bytes)
    }
    await until(() => born.carrier.recordings().length === 0)
    expect((await ana.get('/inbox/unread-count')).body.by_kind.voicemail).to.equal(VOICEMAILS)
  })

  /** Fifty people dial, spell Ana's tag, speak and hang up. Nobody is told of what was recorded. */
  async function everybodySpeaks(): Promise<void> {
    born.carrier.faults.callbacks({ lose: 1 })
    for (let caller = 0; caller < VOICEMAILS; caller++) {
      born.carrier.handset(born.freshNumber()).dial(ACCOUNT.number, {
        steps: [{ press: `${onKeypad(ana.username)}#` }, { leaveVoicemail: { seconds: 4 } }, { wait: 1, hangUp: true }],
      })
    }
    await born.carrier.clock.advance(12)
    born.carrier.faults.clear()
  }

  /** What the carrier has to tell of a recording: that the message is over, and that it is stored. */
  function told({
    sid,
    callSid,
    seconds,
    url,
  }: {
    sid: string
    callSid: string | null
    seconds: number
    url: string
  }): Told[] {
    const form = {
      AccountSid: ACCOUNT.sid,
      CallSid: callSid ?? '',
      RecordingSid: sid,
      RecordingUrl: url,
      RecordingDuration: String(seconds),
    }
    return [
      { path: '/webhooks/twilio/voice/recorded', form: { ...form, Digits: 'hangup', CallStatus: 'completed' } },
      { path: '/webhooks/twilio/recording', form: { ...form, RecordingStatus: 'completed' } },
    ]
  }

  /** Tell it; gives the status, or null when nobody answers. */
  const knock = ({ path, form }: Told): Promise<number | null> =>
    knockSigned(mortal.world, path, form, ACCOUNT.token).catch(() => null)

  const sounds = () =>
    mortal.database.read((view) =>
      view.sql('messages').where({ owner_id: ana.user.id }).whereNotNull('file_id').select('id'),
    )
})
