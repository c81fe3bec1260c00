import { expect } from 'chai'
import { createLog } from '#kit/log'
import { createMetrics } from '#kit/metrics'
import { createWebhooks, ROUTES } from '#telephony/twilio/webhooks'
import { callWith, phoneThat, ringsOf } from '#test/calls-stage'
import { type Form, legName } from '#test/calls-webhooks'
import { contents, forgeries, type Genuine, genuine, knockWith, untouched } from '#test/forgery'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

/** Every route that there is: one that comes in later is in here as well. */
const PATHS = [...ROUTES.keys()]

const METRICS_TOKEN = 'a-token-for-the-metrics'

describe('Forged webhooks', () => {
  let world: World
  let ana: Person
  let reals: readonly Genuine[]

  before(async () => {
    world = await World.start({ METRICS_TOKEN })
    ana = await world.person('Ana')
    reals = await everythingTheCarrierMaySay()
    await world.settle()
  })
  after(() => world.end())

  /** For every route something that would not be without effect, were it believed. */
  async function everythingTheCarrierMaySay(): Promise<readonly Genuine[]> {
    const bo = phoneThat(world, { silent: true })
    const call = await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    const sid = ringsOf(world, bo)[0]?.sid ?? ''
    const ktag = await world.running.database.sql('ktags').where({ owner_id: ana.user.id }).first()
    const text = await world.running.database.sql('texts').where({ phone: ana.mobile }).first()
    const leg = legName(world, sid)
    const query = new URLSearchParams({ ktags: ktag.id, leg, text: text.id })
    const form: Form = {
      CallSid: sid,
      AccountSid: ACCOUNT.sid,
      From: '+15551239999',
      To: ACCOUNT.number,
      CallStatus: 'completed',
      SequenceNumber: '9',
      Digits: '1',
      ConferenceSid: `CF${'3'.repeat(32)}`,
      FriendlyName: `call_${call.id}`,
      StatusCallbackEvent: 'participant-leave',
      ParticipantLabel: leg,
      MessageSid: `SM${'4'.repeat(32)}`,
      MessageStatus: 'failed',
      Body: 'STOP',
      RecordingSid: `RE${'2'.repeat(32)}`,
      RecordingStatus: 'completed',
      RecordingDuration: '7',
      TranscriptionSid: `TR${'5'.repeat(32)}`,
      TranscriptionStatus: 'completed',
      TranscriptionText: 'Hello',
    }
    return PATHS.map((path) => genuine(world, `${path}?${query}`, form))
  }

  it('are told from genuine ones on every route, in every way to forge one, and change nothing at all', async () => {
    const before = await contents(world)
    for (const [index, real] of reals.entries()) {
      const other = reals[(index + 1) % reals.length] ?? real
      const kinds = Object.entries(forgeries(world, real, other))
      expect(kinds.length).to.be.at.least(12)
      const answers = await Promise.all(
        kinds.map(async ([kind, forged]) => [kind, await knockWith(world, forged)] as const),
      )
      expect(Object.fromEntries(answers), real.target).to.deep.equal(
        Object.fromEntries(kinds.map(([kind]) => [kind, 403])),
      )
    }
    await world.settle()
    expect(await contents(world)).to.deep.equal(before)
  })

  it('are counted', async () => {
    const [real] = reals
    if (!real) throw new Error('There are no routes.')
    const kind = PATHS[0]?.replace('/webhooks/twilio/', '')
    const forged = async () => {
      const headers = { Authorization: `Bearer ${METRICS_TOKEN}` }
      const metrics = await (await fetch(`${world.url}/metrics`, { headers })).text()
      const line = metrics.split('\n').find((one) => one.includes(`kind="${kind}"`) && one.includes('outcome="forged"'))
      return Number(line?.split(' ').at(-1) ?? 0)
    }
    const before = await forged()
    await knockWith(world, { ...untouched(real), headers: {} })
    expect(await forged()).to.equal(before + 1)
  })

  it('are complained of in the log, for those whose token or address is wrong, and not a line for each', async () => {
    const lines: string[] = []
    const { database } = world.running
    const hear = createWebhooks({
      database,
      authTokens: ['another token than the carrier has'],
      unsignedParams: [],
      publicUrl: world.url,
      log: createLog('warn', { write: (line: string) => void lines.push(line) }),
      metrics: createMetrics(),
      speech: { changed: () => {} },
      numbered: { note: () => {} },
    })
    for (const { target, form, signature } of reals) {
      const body = Buffer.from(new URLSearchParams(form).toString())
      const request = { method: 'POST', originalUrl: target, body }
      expect(await hear({ ...request, signature: undefined })).to.deep.equal({ status: 403 })
      expect(await hear({ ...request, signature })).to.deep.equal({ status: 403 })
    }
    expect(lines).to.have.lengthOf(1)
    expect(JSON.parse(lines[0] ?? '')).to.include({ level: 'warn', publicUrl: world.url })
    expect(lines[0]).to.include('403').and.not.include('+1555123')
  })

  it('were good enough: said with the right signature, the same is believed, by POST only', async () => {
    for (const real of reals) {
      const asked = genuine(world, real.target, {})
      expect(await knockWith(world, { ...untouched(asked), method: 'GET' }), real.target).to.equal(405)
      expect(await knockWith(world, untouched(real)), real.target).to.be.oneOf([200, 204])
    }
    const { participants } = (await ana.get('/calls/active')).body
    expect(participants.map(({ status }: { status: string }) => status)).to.deep.equal(['joined', 'left'])
  })
})
