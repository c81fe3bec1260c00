import { expect } from 'chai'
import { z } from 'zod'
import { MovableClock } from '#kit/clock'
import { defineFault, ValidationFailed } from '#kit/fault'
import { once } from '#kit/idempotency'
import { openDatabase, Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

const Refused = defineFault('refused', 'conflict', 'No.')
const WrongGuess = defineFault('wrong_guess', 'invalid', 'Wrong; that cost a try.', { keepsUnit: true })

/** What the handler does next, once; after that it writes its note and answers. */
const surprises: (() => unknown)[] = []
let serial = 0
const endpoints = [
  small.endpoint({
    method: 'POST',
    path: '/notes',
    tag: 'Notes',
    summary: 'Write',
    status: 201,
    auth: 'named',
    limit: 'plenty',
    body: z.object({ text: z.string(), loud: z.boolean().optional() }),
    reply: z.object({ serial: z.number() }),
    idempotent: true,
    faults: [Refused, WrongGuess, ValidationFailed],
    async handle({ unit, body: { text } }) {
      const surprise = surprises.shift()
      if (surprise === killsItself) await unit.sql.raw('select pg_terminate_backend(pg_backend_pid())')
      if (surprise === deadlocks)
        await unit.sql.raw(`do $$ begin raise exception 'dead' using errcode = '40P01'; end $$`)
      await unit.sql('notes').insert({ text: `${text} ${++serial}` })
      await surprise?.()
      return { serial }
    },
  }),
]
function killsItself(): void {}
function deadlocks(): void {}

describe('An Idempotency-Key', () => {
  let place: Place
  let key: string

  before(async () => {
    place = await Place.open(endpoints)
  })
  after(() => place.close())
  beforeEach(async () => {
    key = crypto.randomUUID()
    await place.database.sql('notes').delete()
  })

  const write = (body: object = { text: 'hi' }, { as = 'Ana', with: given = key } = {}) =>
    place.ask('POST', '/small/notes', { as, body, headers: { 'Idempotency-Key': given } })

  it('gives the same answer again, and nothing is done twice', async () => {
    const first = await write()
    const again = await write()
    expect([first.status, again.status]).to.deep.equal([201, 201])
    expect(again.body).to.deep.equal(first.body)
    expect(await place.notes()).to.have.length(1)
  })

  it('without one, things are done as often as they are asked', async () => {
    await place.ask('POST', '/small/notes', { as: 'Ana', body: { text: 'hi' } })
    await place.ask('POST', '/small/notes', { as: 'Ana', body: { text: 'hi' } })
    expect(await place.notes()).to.have.length(2)
  })

  it('is good for one request: another body is a conflict', async () => {
    await write()
    const { status, body } = await write({ text: 'ho' })
    expect([status, body.error]).to.deep.equal([409, 'idempotency_conflict'])
    expect((await write({ text: 'hi', loud: true })).status).to.equal(409)
    expect(await place.notes()).to.have.length(1)
  })

  it('does not mind the order of fields', async () => {
    const first = await write({ text: 'hi', loud: true })
    expect((await write({ loud: true, text: 'hi' })).body).to.deep.equal(first.body)
  })

  it('belongs to the person who sent it', async () => {
    const first = await write()
    const other = await write({ text: 'hi' }, { as: 'Bo' })
    expect(other.status).to.equal(201)
    expect(other.body).to.not.deep.equal(first.body)
  })

  it('holds when twins arrive at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => write()))
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([201]))
    expect(new Set(answers.map(({ text }) => text)).size).to.equal(1)
    expect(await place.notes()).to.have.length(1)
  })

  it('is free again after a refusal, also one that keeps its unit', async () => {
    for (const fault of [Refused, WrongGuess]) {
      surprises.push(() => {
        throw fault()
      })
      expect((await write()).body.error).to.equal(fault.code)
      expect((await write()).status).to.equal(201)
      key = crypto.randomUUID()
    }
    expect(await place.notes()).to.have.length(3)
  })

  it('is free again when the connection dies before the commit', async () => {
    surprises.push(killsItself)
    expect((await write()).status).to.equal(503)
    expect((await write()).status).to.equal(201)
    expect(await place.notes()).to.have.length(1)
  })

  it('does not keep a deadlock from being tried again', async () => {
    surprises.push(deadlocks)
    expect((await write()).status).to.equal(201)
    expect(await place.notes()).to.have.length(1)
  })

  it('is refused when it is too long or not visible', async () => {
    expect((await write({ text: 'hi' }, { with: 'k'.repeat(64) })).status).to.equal(201)
    for (const odd of ['k'.repeat(65), 'two words', 'n\u00e4h']) {
      const { status, body } = await write({ text: 'hi' }, { with: odd })
      expect([status, Object.keys(body.fields)]).to.deep.equal([422, ['Idempotency-Key']])
    }
  })

  it('is forgotten after a day', async () => {
    const clock = new MovableClock()
    const database = openDatabase(place.databaseUrl, { clock })
    const say = (word: string) =>
      database.write((unit) => once(unit, 'scope', key, {}, async () => ({ status: 200, body: word })))
    expect((await say('first')).body).to.equal('first')
    clock.advance(24 * 3600 - 60)
    expect((await say('second')).body).to.equal('first')
    clock.advance(120)
    expect((await say('third')).body).to.equal('third')
    await database.close()
  })
})
