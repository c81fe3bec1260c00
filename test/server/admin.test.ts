import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import * as realms from '#domain/realms'
import { kadoink } from '#test/command-line'
import { freshEmail } from '#test/kadoink-accounts'
import { groupOf, toGrid } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import { dials, speak } from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import { ServerProcess } from '#test/server-process'
import { follow, newTag } from '#test/tags'
import { ACCOUNT, PASSWORD, settings, World } from '#test/world'

describe('What an operator asks for', function () {
  this.timeout(180_000)

  let world: World
  let dataDir: string
  let ana: Person

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-admin-'))
    world = await World.start({ DATA_DIR: dataDir })
    ana = await world.person('Ana')
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  const ask = (...words: string[]) => kadoink(words, settings(world.databaseUrl, dataDir, world.carrier.url))

  it('is answered with what there is when it is nothing that there is', async () => {
    for (const words of [['frobnicate'], ['users', 'feed']]) {
      const { code, out, err } = await ask(...words)
      expect([code, out]).to.deep.equal([1, ''])
      expect(err).to.include('export <user> [--embed]').and.to.include('users suspend <user>')
    }
    expect((await ask('export', 'nobody_at_all')).err).to.equal('Nobody here is called nobody_at_all.\n')
    expect((await ask('export')).code).to.equal(1)
  })

  describe('an export', () => {
    let bo: Person
    let email: string

    before(async () => {
      bo = await world.person('Bo')
      email = freshEmail()
      const { body } = await ana.patch('/me', { email, bio: 'Sings' })
      const { challenge_id } = body.email_challenge
      await ana.post('/auth/login/verify', { challenge_id, code: await world.codeMailedTo(email) })
      const there = await ana.knows('Bo', bo.mobile)
      await groupOf(ana, 'Band', [there.contact_id])
      await toGrid(ana, there)
      await ana.post('/me/im-identities', { network: 'matrix', handle: '@ana:example.org' })
      await ana.post('/statuses', { body: 'Doors open at 8' })
      await ana.post('/commands', { text: 'find jazz' })
      await follow(ana, await newTag(bo, { name: 'jazz_of_bo' }))
      await dials(world, world.freshNumber(), ana, speak(5))
      await ana.post('/calls', { to: [there], title: 'Rehearsal' })
      await world.pass(8)
      await ana.delete('/calls/active')
      ana.phone.text(ACCOUNT.number, 'Hello Kadoink')
      await world.pass(2)
    })

    it('holds everything that is kept of somebody, by any of their names, as one JSON document', async () => {
      const { code, out, err } = await ask('export', ana.username)
      expect([code, err]).to.deep.equal([0, ''])
      const { exported_at, ...all }: Json = JSON.parse(out)
      expect(exported_at).to.match(/^\d{4}-.*Z$/)
      expect(all).to.include({ format: 'kadoink-export/1', user_id: ana.user.id })
      expect(all.account).to.include({ username: ana.username, email, mobile: ana.mobile, bio: 'Sings' })
      expect(all.sessions.map(({ ip }: Json) => ip)).to.include(ana.ip)
      expect(all.contacts).to.have.length(1)
      expect(all.contacts[0]).to.include({ name: 'Bo', mobile: bo.mobile })
      expect(all.groups[0]).to.deep.include({ name: 'Band', contact_ids: [all.contacts[0].id] })
      expect(all.grid).to.deep.equal([{ position: 0, contact_id: all.contacts[0].id }])
      expect(all.im_identities[0]).to.include({ network: 'matrix', handle: '@ana:example.org' })
      expect(all.tags.own.map(({ name }: Json) => name)).to.deep.equal([ana.username])
      expect(all.tags.follows.map(({ name }: Json) => name)).to.deep.equal(['jazz_of_bo'])
      expect(all.statuses[0]).to.include({ body: 'Doors open at 8' })
      expect(all.commands.map(({ text }: Json) => text)).to.include('find jazz')
      expect(all.inbox[0]).to.include({ kind: 'voicemail', file_id: all.files[0].file_id })
      expect(all.voicemail[0]).to.include({ message_id: all.inbox[0].id })
      expect(all.calls.hosted[0]).to.include({ title: 'Rehearsal' })
      expect(all.calls.hosted[0].participants.map(({ phone }: Json) => phone)).to.include(bo.mobile)
      expect(all.texts.map(({ body }: Json) => body)).to.include('Hello Kadoink')
      expect(all).not.to.have.property('bytes')
      for (const name of [email, ana.mobile]) {
        const again: Json = JSON.parse((await ask('export', name)).out)
        expect(again.user_id).to.equal(ana.user.id)
      }
      const his: Json = JSON.parse((await ask('export', bo.username)).out)
      expect(his.calls.joined[0]).to.include({ status: 'left' })
    })

    it('holds no secret: no hash, no token, no code', async () => {
      const { sql } = world.running.database
      const { password_hash } = await sql('users').where({ id: ana.user.id }).first()
      const hashes: string[] = await sql('sessions').where({ user_id: ana.user.id }).pluck('token_hash')
      const { out } = await ask('export', ana.username)
      for (const secret of [password_hash, ...hashes, ana.token ?? '', PASSWORD]) expect(out).not.to.include(secret)
      expect(out).not.to.match(/argon2|token_hash|code_mac|leg_secret|_sealed/)
    })

    it('brings sounds and pictures with it when it is told to', async () => {
      const all: Json = JSON.parse((await ask('export', ana.username, '--embed')).out)
      const [file] = all.files
      const bytes = Buffer.from(all.bytes[file.file_id], 'base64')
      expect(bytes.length).to.equal(file.size_bytes)
      expect(Object.keys(all.bytes)).to.have.length(all.files.length)
    })
  })

  it('is done beside a server that has brought its own database up', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'kadoink-bare-'))
    await chmod(bare, 0o711)
    const environment = { NODE_ENV: 'test', DATA_DIR: bare, LOG_LEVEL: 'info', PORT: '0' }
    const server = await new ServerProcess(environment).start()
    try {
      const { err } = await kadoink(['export', 'nobody_at_all'], environment)
      expect(err).to.equal('Nobody here is called nobody_at_all.\n')
      expect((await fetch(`${server.url}/ready`)).status, 'which goes on').to.equal(200)
      expect((await kadoink(['keys', 'list'], environment)).out, 'to try codes out with').to.include('Try it')
    } finally {
      server.signal('SIGTERM')
      await server.exited
      await rm(bare, { recursive: true, force: true })
    }
  })

  it('shuts somebody out with their sockets, and lets them in again', async () => {
    const cy = await world.person('Cy')
    const socket = await cy.socket()
    expect(await ask('users', 'suspend', cy.username)).to.deep.include({ code: 0, err: '' })
    expect((await socket.ended).code).to.equal(4403)
    expect((await cy.get('/me')).body.gate.state).to.equal('suspended')
    expect(refusal(await cy.get('/contacts'))).to.equal('403 account_suspended')
    expect((await ask('users', 'restore', cy.mobile)).code).to.equal(0)
    expect((await cy.get('/contacts')).status).to.equal(200)
    expect((await cy.get('/me')).body.gate.state).to.equal('ok')
  })

  describe('keys', () => {
    const keyIn = (out: string, which: string) =>
      new RegExp(`^${which} key +([0-9a-f-]{36})$`, 'm').exec(out)?.[1] ?? ''
    const realmOf = (key: string) => world.running.database.read((view) => realms.bySecretKey(view, key))

    it('begin a project, whose secret key is shown once and stored as a hash and sealed', async () => {
      const { code, out } = await ask('keys', 'new', 'My shop')
      expect(code).to.equal(0)
      const secret = keyIn(out, 'secret')
      expect(await realmOf(secret)).to.include({ name: 'My shop', publicKey: keyIn(out, 'public') })
      const listed = await ask('keys', 'list')
      expect(listed.out).to.include('My shop').and.to.include(keyIn(out, 'public')).and.not.to.include(secret)
      expect(JSON.stringify(await world.running.database.sql('realms'))).not.to.include(secret)
      expect((await ask('keys', 'new', 'my SHOP')).err).to.equal('Another project has that name.\n')
      expect((await ask('keys', 'new', '42')).err).to.include('a letter among them')
    })

    it('are given anew, and let nobody in once they are old or their project is disabled', async () => {
      const old = keyIn((await ask('keys', 'new', 'Rotated')).out, 'secret')
      const { out } = await ask('keys', 'rotate', 'rotated')
      const fresh = keyIn(out, 'secret')
      expect(await realmOf(old)).to.equal(null)
      expect(await realmOf(fresh)).to.include({ name: 'Rotated' })
      const other = keyIn((await ask('keys', 'rotate', 'Rotated', 'public')).out, 'public')
      expect(await world.running.database.read((view) => realms.byPublicKey(view, other))).to.include({
        name: 'Rotated',
      })
      expect((await ask('keys', 'disable', 'Rotated')).out).to.include('disabled')
      expect(await realmOf(fresh)).to.equal(null)
      await ask('keys', 'enable', 'Rotated')
      expect(await realmOf(fresh)).to.include({ name: 'Rotated' })
    })

    it('set how the codes of a project go, one thing at a time, and refuse what cannot be', async () => {
      const secret = keyIn((await ask('keys', 'new', 'Settled')).out, 'secret')
      const set = (...words: string[]) => ask('keys', 'set', 'Settled', ...words)
      await set('channels', 'sms,voice')
      await set('countries', 'ru,kz')
      await set('code-length', '6')
      await set('tries', '5')
      const { out } = await set('challenge', 'site-key', 'a-secret-of-the-challenge')
      expect(out).not.to.include('a-secret-of-the-challenge')
      expect((await ask('keys', 'show', 'settled')).out)
        .to.include('"codeLength": 6')
        .and.not.to.include('secretSealed')
      const realm = await realmOf(secret)
      expect(realm?.settings).to.deep.include({ channels: ['sms', 'voice'], countries: ['RU', 'KZ'], codeLength: 6 })
      expect(realm?.settings.rules).to.include({ tries: 5, liveSeconds: 180 })
      const opened = await world.running.database.read(
        async (view) => realm && realms.challengeSecret(view, realm.settings),
      )
      expect(opened).to.equal('a-secret-of-the-challenge')
      const { err } = await set('colour', 'red')
      const [, all = ''] = /A setting is one of (.*)\./.exec(err) ?? []
      const documented = readFileSync('docs/projects.md', 'utf8')
      expect(all.split(', ').filter((setting) => !documented.includes(`| \`${setting}\` |`))).to.deep.equal([])
      expect(all).to.include('paid-sends-per-hour')
      for (const bad of [
        ['channels', 'pigeon'],
        ['tries', 'many'],
        ['paid-sends-per-hour', ''],
        ['countries', 'UK'],
        ['channels', 'sms,', 'voice'],
        ['challenge', 'none', 'really'],
      ]) {
        expect((await set(...bad)).code, bad.join(' ')).to.equal(1)
      }
      expect((await ask('keys', 'show', 'Settled')).out).to.include('"paidSendsPerHour": 1000')
      expect((await ask('keys', 'new', 'My', 'other', 'shop')).err).to.equal(
        'Too many words for "keys new <project>". Quote what has spaces.\n',
      )
    })
  })

  it('seeds two people and a project, twice the same, and nothing in production', async () => {
    const first: Json = JSON.parse((await ask('seed', '--json')).out)
    const second: Json = JSON.parse((await ask('seed', '--json')).out)
    expect(second.projects).to.deep.equal(first.projects)
    expect(second.users.map(({ id }: Json) => id)).to.deep.equal(first.users.map(({ id }: Json) => id))
    for (const { token, mobile } of [...first.users, ...second.users]) {
      const me = await fetch(`${world.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })
      expect(((await me.json()) as Json).mobile).to.equal(mobile)
    }
    const [{ username, password }] = first.users
    const signedIn = await world.visitor().post('/auth/login', { username, password })
    expect(signedIn.body.user.username).to.equal(username)
    const [project] = first.projects
    const realm = await world.running.database.read((view) => realms.bySecretKey(view, project.secret_key))
    expect(realm?.publicKey).to.equal(project.public_key)

    const production = { ...settings(world.databaseUrl, dataDir, world.carrier.url), NODE_ENV: 'production' }
    const { TEST_CLOCK: _, WS_ECHO: __, ...environment } = production as Record<string, string>
    const refused = await kadoink(['seed'], {
      ...environment,
      SESSION_SECRETS: 'long-enough-and-of-this-test-alone-0123456789',
    })
    expect([refused.code, refused.out]).to.deep.equal([1, ''])
    expect(refused.err).to.include('Production is not seeded')
  })

  it('signs somebody out everywhere', async () => {
    const cy = await world.person('Cy')
    const socket = await cy.socket()
    expect((await ask('sessions', 'revoke', cy.user.id)).out).to.equal(`${cy.username} is signed out everywhere.\n`)
    expect((await socket.ended).code).to.equal(4401)
    expect(refusal(await cy.get('/me'))).to.equal('401 unauthorized')
  })
})
