import { expect } from 'chai'
import { JobsStage } from '#test/jobs-stage'
import { type ServerProcess, until } from '#test/server-process'
import { handedOver } from '#test/texts-stage'

/** The whole size is 300 jobs and ten kills; a suite has less time. */
const isWhole = process.env.WHOLE_SIZE === '1'
const [JOBS, KILLS] = isWhole ? [300, 10] : [60, 3]
const KILL_EVERY_MS = 2_000
const LATE_MS = 90_000

describe('Scheduled jobs, whatever becomes of the workers', function () {
  this.timeout(isWhole ? 240_000 : 120_000)
  let stage: JobsStage
  const rested = async () => (await stage.inState('scheduled', 'running')) === 0

  beforeEach(async () => {
    stage = await JobsStage.begin()
  })
  afterEach(() => stage.end())

  it(`${JOBS} at one moment, three workers, one killed every two seconds: each text once`, async () => {
    const bodies = Array.from({ length: JOBS }, (_, index) => `Doors ${String(index).padStart(3, '0')}`)
    const workers: ServerProcess[] = await Promise.all([1, 2, 3].map(() => stage.worker()))
    await stage.schedule(bodies, 1)
    const due = Date.now() + 1_000
    for (let kills = 0; kills < KILLS; kills++) {
      const next = due + kills * KILL_EVERY_MS + 200
      await until(() => Date.now() >= next)
      await workers[kills % 3]?.kill()
      await workers[kills % 3]?.start()
    }
    await until(rested)
    expect(Date.now() - due).to.be.below(LATE_MS)
    expect(await stage.inState('done')).to.equal(JOBS)
    expect(await stage.said()).to.deep.equal(bodies)
    // Texts that were under way when a worker died are asked for at the carrier before any is sent again.
    const texts = () => handedOver(stage.world, stage.phone).map(({ body }) => /Doors \d+/.exec(body)?.[0])
    await until(async () => {
      await stage.world.carrier.clock.advance(5)
      await stage.abandonOrders('texter')
      return texts().length >= JOBS
    })
    expect(texts().sort()).to.deep.equal(bodies)
  })

  it('with a clock that is two minutes ahead: not a moment too early, and once', async () => {
    await stage.worker(120)
    await stage.worker()
    await stage.schedule(['On time'], 4)
    let early = 0
    await until(async () => {
      const { rows } = await stage.database.sql.raw(
        `select count(*) as many from scheduled_jobs where state <> 'scheduled' and clock_timestamp() < run_at`,
      )
      early += Number(rows[0].many)
      return rested()
    })
    expect(early).to.equal(0)
    expect(await stage.said()).to.deep.equal(['On time'])
  })

  it('frozen in the middle, and thawed when somebody else has done it: once', async () => {
    const frozen = await stage.worker()
    await stage.slow(2)
    await stage.schedule(['Once'], 0)
    await until(async () => (await stage.inState('running')) === 1)
    frozen.signal('SIGSTOP')
    await stage.worker()
    await until(rested)
    frozen.signal('SIGCONT')
    // It has nothing to do but find that out: then it stops when it is told to.
    frozen.signal('SIGTERM')
    expect((await frozen.exited).code).to.equal(0)
    expect(await stage.said()).to.deep.equal(['Once'])
    const [job] = await stage.database.sql('scheduled_jobs')
    expect([job.state, job.fence]).to.deep.equal(['done', '2'])
  })

  it('that take longer than their lease, with another worker waiting for it: once', async () => {
    await stage.worker()
    await stage.worker()
    await stage.slow(6.5)
    await stage.schedule(['Slowly'], 0)
    await until(rested)
    expect(await stage.said()).to.deep.equal(['Slowly'])
    const [job] = await stage.database.sql('scheduled_jobs')
    expect([job.state, job.fence]).to.deep.equal(['done', '1'])
  })

  it('that come round, killed in mid-run: that time is done once, and the next one comes', async () => {
    const killed = await stage.worker()
    await stage.slow(2)
    await stage.schedule(['Again'], 0, { on: 'day', time: '09:00' })
    await until(async () => (await stage.inState('running')) === 1)
    await killed.kill()
    expect(await stage.said()).to.deep.equal([])
    await stage.worker()
    await until(async () => (await stage.said()).length === 1 && (await stage.inState('scheduled')) === 1)
    const [job] = await stage.database.sql('scheduled_jobs')
    expect(job.run_at.toISOString()).to.match(/T09:00:00.000Z$/)
    expect(job.run_at.getTime()).to.be.within(Date.now(), Date.now() + 86_400_000)

    await stage.database.sql('scheduled_jobs').update({ run_at: new Date(), wake_at: new Date() })
    await until(async () => (await stage.said()).length === 2)
  })
})
