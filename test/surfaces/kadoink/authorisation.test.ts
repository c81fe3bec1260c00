import { expect } from 'chai'
import { newId } from '#kit/id'
import { mailPerson } from '#test/kadoink-accounts'
import { type Belongings, belonging, furnish, pathTo, pathToNothing } from '#test/kadoink-belongings'
import { GOOD } from '#test/kadoink-endpoints'
import { type Operation, servedOperations } from '#test/kadoink-reference'
import { refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person, Visitor } from '#test/people'
import { World } from '#test/world'

/** What changes by itself: when a token was last used, which work is due, what the carrier has told. */
const NOISE = new Set(['sessions', 'agenda_jobs', 'consumers', 'outbox_state', 'heard_numbers', 'confirmed_moments'])

/** Ids in bodies that are no things of somebody's: whoever has them may use them. */
const KEYS = new Set(['challenge_id'])

describe('What is Ana’s', () => {
  let world: World
  let ana: Person
  let hers: Belongings
  let bo: Person
  let his: Belongings
  let eve: Person
  let operations: readonly Operation[]
  let aimed: readonly Operation[]

  before(async function () {
    this.timeout(60_000)
    world = await World.start()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    eve = await mailPerson(world)
    hers = await furnish(ana)
    his = await furnish(bo)
    operations = await servedOperations(world)
    // A key in an address opens it for whoever has it.
    aimed = operations.filter(({ path }) => path.includes('{') && !path.includes('{key}'))
    await world.settle()
  })
  after(() => world.end())

  const ask = (visitor: Visitor, { method, name }: Operation, path: string, body: Json = GOOD[name]) =>
    visitor.ask(method, path, method === 'GET' ? undefined : body)

  /** Everything that is stored, but for noise. */
  async function stored(): Promise<Json> {
    const { sql } = world.running.database
    const tables: string[] = await sql('pg_tables')
      .where({ schemaname: 'public' })
      .orderBy('tablename')
      .pluck('tablename')
    const kept = tables.filter((table) => !NOISE.has(table) && !/^(events|event_channels)_/.test(table))
    const all = kept.map(
      (table) => `select '${table}' as name, md5(string_agg(t::text, '|' order by t::text)) as rows from "${table}" t`,
    )
    return Object.fromEntries((await sql.raw(all.join(' union all '))).rows.map(({ name, rows }: Json) => [name, rows]))
  }

  function expectSame(real: Answer, random: Answer, what: string): void {
    expect(refusal(real), what).to.equal(refusal(random))
    expect(real.body, what).to.deep.equal(random.body)
  }

  it('is one of everything that an address of the reference can name', () => {
    for (const { path } of aimed) expect(pathTo(hers, path)).not.to.equal(pathTo(his, path))
    expect(aimed.length).to.be.above(20)
  })

  it('is to Bo what nobody has: the same refusal in the same words, and nothing changes', async () => {
    const before = await stored()
    for (const operation of aimed.filter(({ needsToken }) => needsToken)) {
      const { name, path } = operation
      expectSame(await ask(bo, operation, pathTo(hers, path)), await ask(bo, operation, pathToNothing(path)), name)
    }
    expect(await stored()).to.deep.equal(before)
  })

  it('is nothing to nobody: no token opens none of it', async () => {
    const before = await stored()
    for (const operation of aimed) {
      const real = await ask(world.visitor(), operation, pathTo(hers, operation.path))
      const random = await ask(world.visitor(), operation, pathToNothing(operation.path))
      expectSame(real, random, operation.name)
      if (operation.needsToken) expect(refusal(real), operation.name).to.equal('401 unauthorized')
    }
    expect(await stored()).to.deep.equal(before)
  })

  it('is nothing to somebody whose mobile is not verified, behind the gate and beside it', async () => {
    const before = await stored()
    for (const operation of aimed.filter(({ needsToken }) => needsToken)) {
      const { name, path, gates } = operation
      const real = await ask(eve, operation, pathTo(hers, path))
      expectSame(real, await ask(eve, operation, pathToNothing(path)), name)
      if (gates.includes('mobile')) expect(refusal(real), name).to.equal('403 mobile_unverified')
    }
    expect(await stored()).to.deep.equal(before)
  })

  it('cannot be named in what Bo sends: her ids are ids that nobody has', async () => {
    const strangers: Person[] = []
    for (let count = 0; count < 20; count++) strangers.push(await world.person())
    await world.pass(3)
    const before = await stored()
    let tried = 0
    for (const operation of operations.filter(({ needsToken }) => needsToken)) {
      for (const field of operation.idFields.filter((name) => !KEYS.has(name))) {
        const id = belonging(hers, `.${field.split('.').at(-1)}`)
        const [real, random] = [id, newId()].map((one) => withId(GOOD[operation.name], field, one))
        const path = pathTo(his, operation.path)
        const what = `${operation.name} ${field}`
        // Where it takes no call or thing of his, somebody whose budget is fresh asks for him.
        const asker = path === operation.path && !path.startsWith('/calls/active') ? strangers.pop() : bo
        if (!asker) throw new Error('More strangers are needed.')
        expectSame(await ask(asker, operation, path, real), await ask(asker, operation, path, random), what)
        tried++
      }
    }
    expect(tried).to.be.above(6)
    expect(await stored()).to.deep.equal(before)
  })

  it('is there for Ana all the while', async () => {
    // A private tag has no profile, not even for its owner.
    const reads = aimed.filter(({ method, path }) => method === 'GET' && !path.startsWith('/profiles/'))
    for (const operation of reads) {
      expect((await ask(ana, operation, pathTo(hers, operation.path))).status, operation.name).to.equal(200)
    }
    expect(reads.length).to.be.above(3)
  })
})

/** A body with an id in the field of this dotted name; lists are made where they are named. */
function withId(body: Json, field: string, id: string): Json {
  const [first = '', ...rest] = field.split('.')
  if (rest.length === 0) return { ...body, [first]: first.endsWith('_ids') ? [id] : id }
  const inner = withId({}, rest.filter((part) => part !== '0').join('.'), id)
  return { ...body, [first]: rest[0] === '0' ? [inner] : inner }
}
