import { expect } from 'chai'
import { PARTICIPANT_STATUSES } from '#domain/calls'
import type { HandsetScript } from '#simulator'
import { callEvents, sameTime, stepsHeard } from '#test/calls-stage'
import { type Form, knockSigned } from '#test/calls-webhooks'
import { chance, crowdOfHosts, type Host, inFlight, shuffled } from '#test/crowd'
import { reconcile } from '#test/reconcile-stage'
import { ACCOUNT, World } from '#test/world'

const CALLS = 500
const DOUBLED = 0.3
const LOST = 0.05
const AT_ONCE = 20

/** What hosts' phones do, the carrier's last word on it, and what that means. */
interface Fate {
  readonly script: HandsetScript
  readonly last: string
  readonly status: string
  readonly reason: string
}

interface Report {
  readonly leg: string
  readonly sequence: number
  readonly form: Form
}

/** The number of a leg's last report. */
const LAST = 3

const HANGS_UP: Fate = {
  script: { steps: [{ wait: 4, hangUp: true }] },
  last: 'completed',
  status: 'no_answer',
  reason: 'host_no_answer',
}
const BUSY: Fate = { script: { busy: true }, last: 'busy', status: 'busy', reason: 'host_busy' }
const FAILS: Fate = { script: { fail: 404 }, last: 'failed', status: 'failed', reason: 'host_failed' }

/** Most people pick up: their phone's reports are initiated, ringing, answered, completed. */
function fateOf(index: number): Fate {
  if (index % 10 === 8) return BUSY
  return index % 10 === 9 ? FAILS : HANGS_UP
}

describe('Five hundred calls whose reports are shuffled, doubled and lost', () => {
  let world: World
  let hosts: readonly Host[]
  const random = chance(17)

  before(async function () {
    this.timeout(60_000)
    world = await World.start({ DATABASE_POOL: '20' })
    hosts = await crowdOfHosts(world, CALLS)
    await sameTime(world)
  })
  after(() => world.end())

  it('come to their right ends, and nobody is seen to go backwards', async function () {
    this.timeout(120_000)
    const watched = hosts.filter((_, index) => index % 25 < 2 || index % 50 === 48)
    const sockets = await Promise.all(watched.map((host) => host.socket()))
    const sids = await theCarrierRingsEverybody()

    const reports = hosts.flatMap((host, index) => reportsOf(host, sids[index] ?? '', fateOf(index).last))
    const heard = reports.filter(() => random() >= LOST)
    const told = heard.flatMap((report) => (random() < DOUBLED ? [report, report] : [report]))
    await inFlight(AT_ONCE, shuffled(told, random), async ({ leg, form }) => {
      const path = `/webhooks/twilio/voice/leg/status?leg=${leg}`
      expect(await knockSigned(world, path, form, ACCOUNT.token)).to.equal(204)
    })
    await world.settle()

    const last = reports.filter((report) => report.sequence === LAST && !heard.includes(report))
    expect(last.length).to.be.above(CALLS / 50)
    // Some of these are found out by a hole in what was heard of them, the others in the next round.
    await reconcile(world)
    expect(await world.running.database.sql('participants').whereNull('left_at')).to.deep.equal([])
    expect(await world.running.database.sql('participants').where({ reason: 'no_word' })).to.deep.equal([])
    await isAsItShouldBe()
    await nobodyWentBack()
    for (const [index, socket] of sockets.entries()) {
      await socket.until('event', ({ event }) => event === 'call.ended')
      const steps = stepsHeard(socket).Host ?? []
      expect(steps).to.deep.equal(inOrder(steps))
      expect(steps.at(-1)).to.equal(fateOf(hosts.indexOf(watched[index] as Host)).status)
      expect(callEvents(socket).at(-1)).to.equal('call.ended')
    }
  })

  /** What the carrier has to report of a leg, each with its number. */
  function reportsOf({ leg, mobile }: Host, CallSid: string, last: string): readonly Report[] {
    return ['initiated', 'ringing', 'in-progress', last].map((CallStatus, sequence) => ({
      leg,
      sequence,
      form: { CallSid, CallStatus, To: mobile, From: ACCOUNT.number, SequenceNumber: String(sequence) },
    }))
  }

  /** The carrier's own side of it: each phone is rung and does what it does. It tells nobody; gives the calls' ids. */
  async function theCarrierRingsEverybody(): Promise<readonly string[]> {
    const authorization = `Basic ${Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString('base64')}`
    const sids: string[] = []
    await inFlight(AT_ONCE, hosts, async ({ mobile }, index) => {
      world.carrier.handset(mobile).script(fateOf(index).script)
      const answer = await fetch(`${world.carrier.url}/2010-04-01/Accounts/${ACCOUNT.sid}/Calls.json`, {
        method: 'POST',
        headers: { Authorization: authorization },
        body: new URLSearchParams({
          To: mobile,
          From: ACCOUNT.number,
          Twiml: '<Response><Pause length="60"/></Response>',
        }),
      })
      sids[index] = ((await answer.json()) as { sid: string }).sid
    })
    await world.carrier.clock.advance(10)
    expect(world.carrier.calls().filter(({ endedAt }) => endedAt === null)).to.deep.equal([])
    return sids
  }

  /** Every call has ended, for the right reason, and its host where they should be. */
  async function isAsItShouldBe(): Promise<void> {
    const rows: { id: string; status: string; end_reason: string }[] = await world.running.database
      .sql('calls')
      .join('participants', 'participants.call_id', 'calls.id')
      .whereNotNull('calls.ended_at')
      .select('calls.id', 'participants.status', 'calls.end_reason')
    const ends = new Map(rows.map(({ id, status, end_reason }) => [id, [status, end_reason]]))
    expect(hosts.map(({ callId }) => ends.get(callId))).to.deep.equal(
      hosts.map((_, index) => [fateOf(index).status, fateOf(index).reason]),
    )
  }

  /** Nor in the outbox, which every reader follows. */
  async function nobodyWentBack(): Promise<void> {
    const { rows } = await world.running.database.sql.raw<{ rows: { statuses: string[] }[] }>(
      `select array_agg(data->>'status' order by xid, seq) as statuses
         from events where name = 'call.participant_changed' group by data->>'participant_id'`,
    )
    expect(rows).to.have.lengthOf(CALLS)
    for (const { statuses } of rows) expect(statuses).to.deep.equal(inOrder(statuses))
  }
})

/** The same steps as an app may draw them: each once, only ever forward, and one end at most. */
function inOrder(steps: readonly string[]): readonly string[] {
  const way = PARTICIPANT_STATUSES.slice(0, PARTICIPANT_STATUSES.indexOf('joined') + 1)
  const ends = steps.filter((step) => !way.includes(step as never))
  return [...way.filter((step) => steps.includes(step)), ...ends.slice(0, 1)]
}
