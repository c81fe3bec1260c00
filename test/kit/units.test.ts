import { expect } from 'chai'
import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { defineFault } from '#kit/fault'
import { Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

const Noted = defineEvent('note.written', z.object({ text: z.string() }))
const Refused = defineFault('refused', 'conflict', 'No.')
const WrongGuess = defineFault('wrong_guess', 'invalid', 'Wrong; that cost a try.', { keepsUnit: true })
const Secret = defineFault('secret', 'forbidden', 'Nobody knows of this one.')

const common = { tag: 'Notes', summary: 'Write', status: 201, auth: 'none', limit: 'plenty' } as const
const body = z.object({ text: z.string() })
const reply = z.object({ text: z.string() })

const endpoints = [
  small.endpoint({
    ...common,
    method: 'POST',
    path: '/notes',
    body,
    reply,
    faults: [Refused, WrongGuess],
    async handle({ unit, body: { text } }) {
      await unit.sql('notes').insert({ text })
      unit.emit(Noted, { text }, ['notes'])
      if (text.startsWith('refuse')) throw Refused()
      if (text.startsWith('guess')) throw WrongGuess()
      if (text.startsWith('bug')) throw new Error('The price of tea is secret.')
      return { text }
    },
  }),
  small.endpoint({
    ...common,
    method: 'POST',
    path: '/undeclared',
    async handle() {
      throw Secret()
    },
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/wrong',
    reply,
    handle: async () => ({ text: 7 as unknown as string }),
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/more',
    reply,
    handle: async () => ({ text: 'a', password: 'hunter2' }),
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/read',
    reply: z.object({ before: z.number(), after: z.number() }),
    snapshot: true,
    async handle({ view }) {
      const count = async () => Number((await view.sql('notes').count({ count: '*' }))[0]?.count)
      const before = await count()
      await between()
      return { before, after: await count() }
    },
  }),
]
let between: () => Promise<unknown> = async () => {}

describe('A unit', () => {
  let place: Place
  const write = (text: string) => place.ask('POST', '/small/notes', { body: { text } })
  const events = () => place.database.sql('events').whereRaw("data ->> 'text' is not null").pluck('name')

  before(async () => {
    place = await Place.open(endpoints)
  })
  after(() => place.close())
  afterEach(async () => {
    await place.database.sql.raw('truncate notes, events, event_channels')
    await place.database.sql.raw('drop trigger if exists at_commit on notes')
  })

  it('commits what was done and what was said together', async () => {
    expect((await write('hello')).status).to.equal(201)
    expect(await place.notes()).to.deep.equal(['hello'])
    expect(await events()).to.deep.equal(['note.written'])
  })

  it('is undone by a refusal and by a bug, with its events', async () => {
    expect((await write('refuse')).status).to.equal(409)
    expect((await write('bug')).status).to.equal(500)
    expect(await place.notes()).to.deep.equal([])
    expect(await events()).to.deep.equal([])
  })

  it('is kept by a refusal that says so: a wrong guess costs a try', async () => {
    const { status, body } = await write('guess')
    expect([status, body.error]).to.deep.equal([422, 'wrong_guess'])
    expect(await place.notes()).to.deep.equal(['guess'])
    expect(await events()).to.deep.equal(['note.written'])
  })

  it('tells the log of a bug, and the caller nothing', async () => {
    const { text } = await write('bug')
    expect(text).to.not.include('tea')
    expect(JSON.stringify(place.lines)).to.include('tea')
  })

  it('is answered once it is committed, and not before', async () => {
    await place.database.sql.raw(`
      create function hesitate() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(42); return null; end $$;
      create constraint trigger at_commit after insert on notes deferrable initially deferred
        for each row execute function hesitate()`)
    const holder = await place.database.sql.transaction()
    await holder.raw('select pg_advisory_xact_lock(42)')
    let isAnswered = false
    const answer = write('slow').finally(() => {
      isAnswered = true
    })
    for (let waits = false; !waits; ) waits = await isSomeoneWaiting()
    expect(isAnswered).to.equal(false)
    expect(await place.notes()).to.deep.equal([])

    await holder.commit()
    expect((await answer).status).to.equal(201)
    expect(await place.notes()).to.deep.equal(['slow'])
  })

  it('that cannot commit is no success', async () => {
    await place.database.sql.raw(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create constraint trigger at_commit after insert on notes deferrable initially deferred
        for each row execute function refuse()`)
    expect((await write('never')).status).to.equal(500)
    expect(await place.notes()).to.deep.equal([])
  })

  it('runs again after a deadlock', async () => {
    let runs = 0
    await place.database.write(async (unit) => {
      runs++
      if (runs === 1) await unit.sql.raw(`do $$ begin raise exception 'dead' using errcode = '40P01'; end $$`)
      await unit.sql('notes').insert({ text: 'alive' })
    })
    expect(runs).to.equal(2)
    expect(await place.notes()).to.deep.equal(['alive'])
  })

  it('is not available when its connection is cut, and the next one is', async () => {
    const cut = place.database.write((unit) => unit.sql.raw('select pg_terminate_backend(pg_backend_pid())'))
    expect((await cut.catch((error) => error)).type.code).to.equal('unavailable')
    expect((await write('back')).status).to.equal(201)
  })

  it('that only reads may see one moment', async () => {
    between = () => place.database.sql('notes').insert({ text: 'meanwhile' })
    expect((await place.ask('GET', '/small/read')).body).to.deep.equal({ before: 0, after: 0 })
  })

  async function isSomeoneWaiting(): Promise<boolean> {
    const { rows } = await place.database.sql.raw(`select 1 from pg_locks where locktype = 'advisory' and not granted`)
    return rows.length > 0
  }
})

describe('What an endpoint does not declare', () => {
  it('fails in tests and in development', async () => {
    const place = await Place.open(endpoints)
    const answers = [
      await place.ask('POST', '/small/undeclared'),
      await place.ask('GET', '/small/wrong'),
      await place.ask('GET', '/small/more'),
    ]
    expect(answers.map(({ status }) => status)).to.deep.equal([500, 500, 500])
    expect(JSON.stringify(place.lines)).to.include('POST /undeclared answers \\"secret\\" without declaring it')
    expect(JSON.stringify(place.lines)).to.include('GET /wrong answers what it does not declare')
    expect(JSON.stringify(place.lines)).to.include('GET /more answers what it does not declare')
    await place.close()
  })

  it('is answered in production, where people wait for it', async () => {
    const place = await Place.open(endpoints, { isStrict: false })
    const { status, body } = await place.ask('POST', '/small/undeclared')
    expect([status, body.error]).to.deep.equal([403, 'secret'])
    expect((await place.ask('GET', '/small/wrong')).body).to.deep.equal({ text: 7 })
    await place.close()
  })
})
