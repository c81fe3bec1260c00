import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { newId } from '#kit/id'
import { callWith, onCall, sameTime } from '#test/calls-stage'
import { kadoink } from '#test/command-line'
import { applyFor, freshEmail } from '#test/kadoink-accounts'
import type { Json } from '#test/people'
import { deaf } from '#test/reconcile-stage'
import { settings, World } from '#test/world'

describe('Those who look after the server itself', function () {
  this.timeout(90_000)

  let world: World
  let dataDir: string

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-admin-outbox-'))
    world = await World.start({ DATA_DIR: dataDir })
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const ask = (...words: string[]) => kadoink(words, settings(world.databaseUrl, dataDir, world.carrier.url))
  const table = (name: string) => world.running.database.sql(name)

  /** A letter with a code, as it lies aside once it could not be posted a dozen times. */
  async function letterAside(email: string): Promise<string> {
    await applyFor(world, { email })
    await world.settle()
    const event: Json = await table('events').where({ name: 'verification.code_issued' }).orderBy('xid', 'desc').first()
    const id = newId()
    const { name, at, data } = event
    const aside = { consumer: 'mailer', event_id: id, name, at, data, error: 'Error: full', parked_at: at }
    await table('parked_events').insert(aside)
    return id
  }

  it('see what was put aside, and have it done after all', async () => {
    const email = freshEmail()
    const id = await letterAside(email)
    expect(await world.mail(email)).to.have.lengthOf(1)
    const { out } = await ask('outbox')
    expect(out).to.match(/^oldest {3}20.+Z\nnewest {3}20.+Z\nwaiting {2}for nothing\naside {4}1\n/)
    expect(out).to.include(`${id}  `).and.to.include('mailer  verification.code_issued  Error: full')

    expect((await ask('outbox', 'retry', id)).out).to.equal(`${id} is tried again by mailer.\n`)
    while ((await table('parked_events')).length > 0) await new Promise(setImmediate)
    expect(await world.mail(email)).to.have.lengthOf(2)
    expect((await ask('outbox')).out).to.include('aside    0\n')
  })

  it('give up what is not to be done any more', async () => {
    const email = freshEmail()
    const id = await letterAside(email)
    expect((await ask('outbox', 'drop', id)).out).to.equal(`${id} is given up by mailer.\n`)
    expect((await ask('outbox', 'drop', id)).err).to.equal('No such event lies aside.\n')
    expect(await world.mail(email)).to.have.lengthOf(1)
  })

  it('are told what they named wrong', async () => {
    expect((await ask('outbox', 'retry', '7')).err).to.equal('Name an event by its id: "outbox" shows them.\n')
    expect((await ask('outbox', 'retry', newId())).err).to.equal('No such event lies aside.\n')
    expect((await ask('outbox', 'frob')).err).to.equal('Too many words for "outbox". Quote what has spaces.\n')
  })

  it('ask the carrier at once what was missed', async () => {
    const ana = await world.person('Ana')
    const bo = world.freshNumber()
    await sameTime(world)
    await deaf(world, async () => {
      await callWith(ana, [{ mobile: bo, name: 'Bo' }])
      world.carrier.handset(bo).hangUp()
      await world.settle()
    })
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    expect((await ask('reconcile')).out).to.match(/^leg +1$/m)
    expect((await ask('reconcile')).out).to.equal('Nothing had been missed.\n')
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left' })
  })

  it('are told that a simulated network is asked by whoever simulates it', async () => {
    const { code, err } = await kadoink(['reconcile'], { DATA_DIR: dataDir, DATABASE_URL: world.databaseUrl })
    expect([code, err]).to.deep.equal([
      1,
      'There is no carrier to ask: a simulated phone network is asked by the server it runs in.\n',
    ])
  })

  it('see every address that is answered, as the references say and no other', async () => {
    const listed: Json[] = JSON.parse((await ask('routes', '--json')).out)
    for (const surface of ['kadoink', 'kodmobi']) {
      const reference: Json = await (await fetch(`${world.url}/openapi/${surface}.json`)).json()
      const [{ url }] = reference.servers
      const base = new URL(url, world.url).pathname.replace(/\/$/, '')
      const said = Object.entries(reference.paths as Json).flatMap(([path, methods]) =>
        Object.keys(methods as Json)
          .filter((method) => /^(get|post|put|patch|delete)$/.test(method))
          .map((method) => `${method.toUpperCase()} ${base}${path}`),
      )
      const own = listed.filter((route) => route.surface === surface && route.auth !== null)
      expect(said).to.have.lengthOf.above(10)
      expect(own.map(({ method, path }) => `${method} ${path}`)).to.include.members(said)
    }
    const me = listed.find(({ method, path }) => `${method} ${path}` === 'GET /api/v1/me')
    expect(me).to.include({ surface: 'kadoink', auth: 'suspendable' })
    expect(listed.filter(({ auth }) => auth === null).map(({ path }) => path)).to.include('/*{name}')
    expect((await ask('routes')).out.split('\n')).to.have.lengthOf(listed.length + 1)
  })
})
