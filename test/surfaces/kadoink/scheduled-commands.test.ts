import { expect } from 'chai'
import fc from 'fast-check'
import { book } from '#domain/commands'
import { printTimed, readTimed } from '#server/domain/commands/timing'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { expectProportion } from '#test/proportion'
import { World } from '#test/world'

describe('Commands that begin with a time', () => {
  let world: World
  let ana: Person

  beforeEach(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  afterEach(() => world.end())

  const writes = async (text: string): Promise<Json> => ana.post('/commands', { text })
  const says = async (text: string): Promise<Json> => {
    const { status, body } = await writes(text)
    expect(status, `${text}: ${JSON.stringify(body)}`).to.equal(200)
    return body
  }
  const posted = async () => (await ana.get('/statuses')).body.items.map(({ body }: Json) => body)

  it('are done then, once, as if they had been written then', async () => {
    const said = await says('in 2h, s Doors open at 8')
    expect(said).to.deep.include({ status: 'scheduled', verb: 'status', confirm: null })
    expect(said.canonical).to.match(/^at \d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?\+00:00 status Doors open at 8$/)
    expect(said.reply).to.match(/^Job 1: \w{3} \d{1,2}:\d\d [AP]M, status( \(0\))?\.$/)
    expect(said.result).to.deep.equal({ type: 'job', data: said.job })
    expect(said.job).to.deep.include({ number: 1, kind: 'status', source: 'command', status: 'scheduled' })
    expect((await ana.get('/scheduled-jobs')).body.items).to.deep.equal([said.job])
    expect(await posted(), 'a rehearsal leaves nothing').to.deep.equal([])

    await world.moveClock(7201)
    await world.settle()
    expect(await posted()).to.deep.equal(['Doors open at 8'])
    const runs = await world.running.database.sql('command_runs').where({ source: 'schedule' })
    expect(runs.map(({ canonical, status }) => [canonical, status])).to.deep.equal([['status Doors open at 8', 'ok']])
  })

  it('may be calls, which say whom they ring', async () => {
    for (const number of [1, 2]) await ana.knows(`Friend ${number}`, world.freshNumber())
    await says('group new #band @"Friend 1" @"Friend 2"')
    const said = await says('at fri 6pm call #band')
    expect(said.reply).to.match(/^Job 1: (Fri|\w{3} \d+) 6:00 PM, call #band \(2\)\.$/)
    expect(said.job).to.deep.include({ kind: 'call', command: 'call #band', summary: 'call #band', recipients: 2 })
    expect(refusal(await writes('in 2h call grid'))).to.equal('422 grid_empty')
    const now = Date.parse((await ana.get('/home')).body.server_time)
    await world.moveClock((Date.parse(said.job.run_at) - now) / 1000 + 1)
    await world.settle()
    expect((await ana.get('/calls/active')).body.participants).to.have.lengthOf(3)
  })

  it('are listed and taken back', async () => {
    expect((await says('jobs')).reply).to.equal('Nothing is scheduled.')
    await says('at tomorrow: text 555-123-4567 Hi')
    await says('on 12/24 noon status Merry Christmas')
    expect((await says('scheduled')).reply).to.match(/^1 .*, text \+15551234567.*; 2 .*12:00 PM, status/)
    expect((await says('unschedule last')).reply).to.equal('Job 2 unscheduled.')
    expect((await says('unschedule 1')).result.data.status).to.equal('cancelled')
    expect(refusal(await writes('unschedule 1'))).to.equal('409 job_finished')
    expect(refusal(await writes('unschedule 9'))).to.equal('404 not_found')
    expect(refusal(await writes('unschedule last'))).to.equal('404 not_found')
  })

  it('come round on Plus alone, at the same local time, and go on after one time has failed', async () => {
    const { contact_id: joe } = await ana.knows('Joe', '+15551234567')
    const daily = 'every day at 9am, text @joe Good morning'
    expect(refusal(await writes(daily))).to.equal('403 plan_limit_reached')
    await grant(ana, { plan: 'plus' })
    const { job, canonical } = await says(daily)
    expect(canonical).to.equal('every day at 09:00 text @joe Good morning')
    expect(job.repeat).to.equal('day at 09:00')
    for (const error of [null, 'target_gone', 'target_gone']) {
      if (error !== null) await ana.delete(`/contacts/${joe}`)
      const { body } = await ana.get('/scheduled-jobs')
      const now = Date.parse((await ana.get('/home')).body.server_time)
      await world.moveClock(Math.ceil((Date.parse(body.items[0].run_at) - now) / 1000) + 1)
      await world.settle()
      const [after] = (await ana.get('/scheduled-jobs')).body.items
      expect(after.error).to.equal(error)
      expect(Date.parse(after.run_at) - Date.parse(body.items[0].run_at)).to.equal(86_400_000)
      expect(after.run_at).to.match(/T09:00:00Z$/)
    }
    await world.textsArrive()
    const told = ana.phone.texts.filter(({ body }) => body.startsWith('Job 1 '))
    expect(told, 'nobody is texted the same every day').to.have.lengthOf(1)
    const heard = world.carrier.handset('+15551234567').texts.filter(({ body }) => body.includes('Good morning'))
    expect(heard).to.have.lengthOf(1)
  })

  it('are refused when the time is past or none, or the command cannot wait', async () => {
    expect(refusal(await writes('at 2020-01-01 10:00 status Open'))).to.equal('422 time_in_past')
    expect(refusal(await writes('in 400 days status Open'))).to.equal('422 validation_failed')
    const never = `in ${'99999 weeks '.repeat(60)} status Open`
    expect(refusal(await writes(never))).to.equal('422 validation_failed')
    for (const text of ['at noonish status Open', 'in 2h groups', 'every blue moon at 9am groups']) {
      expect(refusal(await writes(text)), text).to.equal('422 command_not_understood')
    }
    expect(refusal(await writes('in 2h call grid now'))).to.equal('422 command_not_understood')
  })

  it('are refused at once when they would be refused for good', async () => {
    await grant(ana, { limits: { smsPerMonth: 0 } })
    expect(refusal(await writes('in 2h text 555-123-4567 Hi'))).to.equal('403 plan_limit_reached')
    expect((await ana.get('/scheduled-jobs')).body.items).to.deep.equal([])
  })
})

describe('A time before a command', () => {
  it('is read as the same again when it is printed', () => {
    const zones = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe']
    const day = fc.constantFrom('day', 'weekday', 'mon', 'wednesday', 'sun')
    const hour = fc.integer({ min: 1, max: 12 })
    const minute = fc.integer({ min: 0, max: 59 }).map((one) => String(one).padStart(2, '0'))
    const clock = fc.tuple(hour, minute, fc.constantFrom('am', 'pm')).map(([h, m, half]) => `${h}:${m}${half}`)
    const time = fc.oneof(
      clock.map((at) => `at ${at}`),
      fc.tuple(fc.constantFrom('fri', 'tomorrow', 'today', '12/24'), clock).map(([on, at]) => `on ${on} ${at}`),
      fc
        .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('m', 'h', ' days'))
        .map(([n, unit]) => `in ${n}${unit}`),
      fc.tuple(day, clock).map(([on, at]) => `every ${on} at ${at}`),
    )
    const now = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(time, fc.constantFrom(' ', ', ', ': '), now, fc.constantFrom(...zones), (when, part, at, zone) => {
        const whole = new Date(Math.floor(at.getTime() / 1000) * 1000)
        const writer = { now: whole, zone, country: 'US' }
        const once = (text: string) => {
          const { timing, command } = readTimed(text, writer)
          const parsed = book.parse(command, writer)
          if (parsed.kind !== 'phrase') throw new Error(`${text} is ${parsed.kind}.`)
          return { timing, phrase: parsed.phrase }
        }
        const first = once(`${when}${part}name Ann  Lee`)
        const printed = printTimed(book, first.phrase, first.timing, writer)
        const second = once(printed)
        expect(second).to.deep.equal(first)
        expect(printTimed(book, second.phrase, second.timing, writer)).to.equal(printed)
      }),
    )
  })

  it('is looked for in any text without throwing anything but a refusal, and in no time', () => {
    const writer = { now: new Date(), zone: 'America/New_York', country: 'US' }
    const understood = (written: string) => {
      try {
        readTimed(written, writer)
      } catch (error) {
        expect(error).to.have.nested.property('type.code', 'command_not_understood')
      }
    }
    const words = fc.constantFrom(
      'at',
      'on',
      'in',
      'every',
      'fri',
      '5',
      'pm',
      '12/24',
      ':',
      ',',
      'h',
      'weekday',
      '9'.repeat(40),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 60 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(text, (written) => {
        understood(written)
      }),
    )
    expectProportion(understood, ['in '.repeat(20_000), `in ${'1 h '.repeat(20_000)}`, `at ${' '.repeat(60_000)}`])
  })
})
