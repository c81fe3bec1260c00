import { expect } from 'chai'
import { decide, forget, portable, queue } from '#domain/moderation'
import { newId } from '#kit/id'
import { freshEmail, mailPerson } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import type { Answer, Json, Person, Visitor } from '#test/people'
import { follow, giveMore, newTag } from '#test/tags'
import { World } from '#test/world'

const OPERATORS = 'operators@example.com'

describe('A report of abuse', () => {
  let world: World
  let ana: Person
  let bo: Person
  let tag: Json

  before(async () => {
    world = await World.start({ OPERATORS_MAIL: OPERATORS })
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = await newTag(ana, { title: 'Jazz' })
  })

  const report = (who: Visitor, wanted: Json): Promise<Answer> =>
    who.post('/abuse-reports', { reason: 'spam', target_type: 'ktag', ...wanted })
  const crowd = (size: number): Promise<Person[]> => Promise.all(Array.from({ length: size }, () => world.person()))
  const isFound = async (): Promise<boolean> =>
    (await bo.get(`/ktags/search?q=${tag.name}`)).body.items.some(({ id }: Json) => id === tag.id)
  const news = async (): Promise<string[]> => {
    await world.textsArrive()
    return ana.phone.texts.map(({ body }) => body).filter((body) => body.includes(`*${tag.name}`))
  }

  describe('is taken', () => {
    it('from people and from visitors, of a tag by id or name, and mailed to the operators', async () => {
      const answer = await report(bo, { ktag: `*${tag.name.toUpperCase()}`, details: 'Sells <watches>' })
      expect(answer.status).to.equal(201)
      expect(answer.body).to.have.all.keys('id', 'status', 'created_at')
      expect(answer.body.status).to.equal('received')
      const email = freshEmail()
      expect((await report(world.visitor(), { target_id: tag.id, reporter_email: email })).status).to.equal(201)
      expect((await report(world.visitor(), { target_id: tag.id.toUpperCase() })).status).to.equal(201)
      const letters = (await world.mail(OPERATORS)).filter(({ text }) => text.includes(tag.id))
      expect(letters, 'of the first one only').to.have.lengthOf(1)
      expect(letters[0]?.text).to.include('Sells <watches>').and.include(`*${tag.name} · Jazz`)
      expect(letters[0]?.text).to.include(`user ${bo.user.id}`).and.not.include(bo.mobile)
    })

    it('of everything that one may see, and of nothing else', async () => {
      const { body: status } = await ana.post('/statuses', { body: 'Hi', ktag_id: tag.id, text_followers: false })
      await leaveVoicemail(world, bo, [ana.mobile])
      const [message] = (await bo.get('/inbox')).body.items
      await giveMore(world, ana)
      const hidden = await newTag(ana, { visibility: 'private' })
      const { body: secret } = await ana.post('/statuses', { body: 'x', ktag_id: hidden.id, text_followers: false })
      const { body: widget } = await ana.post('/widgets', { ktag_id: tag.id, kind: 'message' })
      const eve = await world.person('Eve')
      const seen: readonly (readonly [type: string, id: string, by: readonly Visitor[], not: readonly Visitor[]])[] = [
        ['ktag', tag.id, [eve, world.visitor()], []],
        ['ktag', hidden.id, [], [eve, world.visitor()]],
        ['status', status.id, [eve, world.visitor()], []],
        ['status', secret.id, [], [eve, world.visitor()]],
        ['message', message.id, [bo], [eve, ana, world.visitor()]],
        ['user', ana.user.id, [eve, world.visitor()], []],
        ['user', newId(), [], [eve]],
        ['widget', widget.public_key, [eve, world.visitor()], []],
        ['widget', widget.id, [await world.person()], []],
        ['widget', 'nobody-has-this-key', [], [eve]],
        ['call', newId(), [], [world.visitor()]],
        ['status', 'not-an-id', [], [world.visitor()]],
      ]
      for (const [target_type, target_id, by, not] of seen) {
        for (const who of by) expect((await report(who, { target_type, target_id })).status, target_type).to.equal(201)
        for (const who of not) {
          expect(refusal(await report(who, { target_type, target_id })), target_type).to.equal('404 not_found')
        }
      }
      expect(refusal(await report(world.visitor(), { ktag: hidden.name }))).to.equal('404 not_found')
    })

    it('of a call by those who were on it, and by others while it is open', async () => {
      await follow(bo, ana.user.primary_ktag)
      const { body: call } = await ana.post('/calls', { to: [{ mobile: bo.mobile }], privacy: 'private' })
      await world.pass(8)
      const of = (who: Visitor) => report(who, { target_type: 'call', target_id: call.id })
      expect(refusal(await of(await world.person()))).to.equal('404 not_found')
      expect((await of(bo)).status).to.equal(201)
      await ana.patch('/calls/active', { privacy: 'open' })
      expect((await of(world.visitor())).status).to.equal(201)
      await ana.delete('/calls/active')
      await world.pass(3)
      expect(refusal(await of(world.visitor()))).to.equal('404 not_found')
    })

    it('once from each reporter while it is open, also at the same moment; a visitor counts by address', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => report(bo, { target_id: tag.id })))
      expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 already_reported': 2 })
      const visitor = world.visitor()
      expect((await report(visitor, { target_id: tag.id })).status).to.equal(201)
      expect(refusal(await report(visitor, { ktag: tag.name, reason: 'other' }))).to.equal('409 already_reported')
      const email = freshEmail()
      expect((await report(visitor, { target_id: tag.id, reporter_email: email })).status).to.equal(201)
      const again = await report(world.visitor(), { target_id: tag.id, reporter_email: email.toUpperCase() })
      expect(refusal(again)).to.equal('409 already_reported')
    })

    it('ten times a day from one person, whatever address they come from, and from one address', async () => {
      const wanted = { target_type: 'user', target_id: newId() }
      const elsewhere = world.visitor()
      elsewhere.token = bo.token
      for (const who of [bo, elsewhere]) {
        for (let time = 0; time < 5; time++) expect((await report(who, wanted)).status).to.equal(404)
      }
      expect(refusal(await report(elsewhere, wanted))).to.equal('429 rate_limited')
      const visitor = world.visitor()
      for (let time = 0; time < 10; time++) expect((await report(visitor, wanted)).status).to.equal(404)
      expect(refusal(await report(visitor, wanted))).to.equal('429 rate_limited')
    })

    it('of one thing that is not one’s own, for a reason, in so many words', async () => {
      expect(complaints(await report(ana, { target_id: tag.id }))).to.have.all.keys('target_id')
      expect(complaints(await report(ana, { ktag: tag.name }))).to.have.all.keys('ktag')
      expect(complaints(await report(bo, {}))).to.have.all.keys('target_id')
      expect(complaints(await report(bo, { target_id: tag.id, ktag: tag.name }))).to.have.all.keys('target_id')
      expect(complaints(await report(bo, { target_type: 'status', ktag: tag.name }))).to.have.all.keys('ktag')
      expect(complaints(await report(bo, { target_id: tag.id, reason: 'envy' }))).to.have.all.keys('reason')
      const details = 'x'.repeat(2001)
      expect(complaints(await report(bo, { target_id: tag.id, details }))).to.have.all.keys('details')
      expect((await report(bo, { target_id: tag.id, details: details.slice(1) })).status).to.equal(201)
    })
  })

  describe('may block as well', () => {
    it('whoever it is about: their calls come no more', async () => {
      expect((await report(bo, { target_id: tag.id, block: true })).status).to.equal(201)
      expect((await bo.get('/me')).body.settings.blocked).to.deep.equal([ana.user.id])
      const { body: status } = await ana.post('/statuses', { body: 'Hi', ktag_id: tag.id, text_followers: false })
      await report(bo, { target_type: 'status', target_id: status.id, block: true })
      expect((await bo.get('/me')).body.settings.blocked).to.deep.equal([ana.user.id])
    })

    it('several at the same moment, each of them', async () => {
      const others = await crowd(3)
      await Promise.all(others.map(({ user }) => report(bo, { target_type: 'user', target_id: user.id, block: true })))
      const { blocked } = (await bo.get('/me')).body.settings
      expect(blocked).to.have.members(others.map(({ user }) => user.id))
    })

    it('only for people, not for visitors; and nobody who has no account', async () => {
      expect(complaints(await report(world.visitor(), { target_id: tag.id, block: true }))).to.have.all.keys('block')
      await leaveVoicemail(world, bo, [world.freshNumber()])
      const [message] = (await bo.get('/inbox')).body.items
      const answer = await report(bo, { target_type: 'message', target_id: message.id, block: true })
      expect(answer.status).to.equal(201)
      expect((await bo.get('/me')).body.settings.blocked).to.deep.equal([])
    })
  })

  describe('by five people within a day', () => {
    it('hides a public tag from the search, at whatever moment they come, and tells its owner once', async () => {
      expect(await isFound()).to.equal(true)
      const people = await crowd(6)
      for (const person of people.slice(0, 3)) await report(person, { target_id: tag.id })
      expect(await isFound()).to.equal(true)
      await Promise.all(people.slice(3).map((person) => report(person, { target_id: tag.id })))
      expect(await isFound()).to.equal(false)
      expect((await ana.get(`/ktags/search?q=${tag.name}`)).body.items).to.deep.equal([])
      expect((await bo.get(`/profiles/${tag.name}`)).status, 'its page stays').to.equal(200)
      const page = await fetch(`${world.url}/*${tag.name}`)
      expect([page.status, page.headers.get('x-robots-tag')]).to.deep.equal([200, 'noindex, nofollow'])
      expect(await news()).to.have.lengthOf(1)
      const letters = (await world.mail(OPERATORS)).filter(({ text }) => text.includes(tag.id))
      expect(letters.map(({ subject }) => subject.endsWith(', hidden'))).to.have.members([true, false])
    })

    it('and not by visitors, by people without a number, or over more than a day', async () => {
      const people = await crowd(5)
      for (let count = 0; count < 6; count++) {
        await report(world.visitor(), { target_id: tag.id, reporter_email: freshEmail() })
      }
      for (let count = 0; count < 2; count++) await report(await mailPerson(world), { target_id: tag.id })
      for (const person of people.slice(0, 4)) await report(person, { target_id: tag.id })
      expect(await isFound()).to.equal(true)
      await world.running.database
        .sql('abuse_reports')
        .where({ target_id: tag.id })
        .update({ created_at: new Date(Date.now() - 86_401_000) })
      await report(people[4] as Person, { target_id: tag.id })
      expect(await isFound()).to.equal(true)
    })

    it('is told by mail to an owner who cannot be texted', async () => {
      const email = freshEmail()
      const { sql } = world.running.database
      await sql('users').where({ id: ana.user.id }).update({ email, email_verified_at: new Date() })
      await sql('opt_outs').insert({ phone: ana.mobile, opted_out_at: new Date() })
      for (const person of await crowd(5)) await report(person, { target_id: tag.id })
      const [letter] = await world.mail(email)
      expect(letter?.text).to.include(`The search does not find *${tag.name} for now`)
      expect(await news()).to.deep.equal([])
    })
  })

  describe('is decided', () => {
    const { decided, numberOf } = {
      decided: (no: string, state: 'dismissed' | 'upheld') =>
        world.running.database.write((unit) => decide(unit, no, state)),
      numberOf: async () => {
        const all = await world.running.database.read(queue)
        return all.find(({ targetId }) => targetId === tag.id)?.no ?? ''
      },
    }

    it('for all who reported the same: what is dismissed is found again, and may be reported again', async () => {
      const people = await crowd(5)
      for (const person of people) await report(person, { target_id: tag.id })
      expect(await isFound()).to.equal(false)
      const no = await numberOf()
      expect(await decided(no, 'dismissed')).to.equal(5)
      expect(await isFound()).to.equal(true)
      expect(await news()).to.have.lengthOf(2)
      expect(await decided(no, 'dismissed')).to.equal(0)
      expect((await report(people[0] as Person, { target_id: tag.id })).status).to.equal(201)
      expect(await isFound(), 'what was dismissed counts no more').to.equal(true)
    })

    it('and upheld: it stays hidden', async () => {
      for (const person of await crowd(5)) await report(person, { target_id: tag.id })
      expect(await decided(await numberOf(), 'upheld')).to.equal(5)
      expect(await isFound()).to.equal(false)
      expect(await numberOf()).to.equal('')
    })
  })

  it('goes on without the account that made it, and ends with the one that it is about', async () => {
    const { database } = world.running
    await report(bo, { target_id: tag.id, details: 'Spam again' })
    const mine = await database.read((view) => portable(view, bo.user.id))
    expect(mine).to.have.lengthOf(1)
    expect(mine[0]).to.include({ target_id: tag.id, details: 'Spam again', status: 'open' })
    await database.write((unit) => forget(unit, bo.user.id))
    const [kept] = await database.sql('abuse_reports').where({ target_id: tag.id })
    expect(kept).to.include({ state: 'open', reporter_id: null, reporter_ip: null, details: 'Spam again' })
    expect(JSON.stringify(kept)).not.to.include(bo.user.id)
    await database.write((unit) => forget(unit, ana.user.id))
    const [ended] = await database.sql('abuse_reports').where({ target_id: tag.id })
    expect(ended).to.include({ state: 'dismissed', excerpt: null })
  })
})
