import { expect } from 'chai'
import { callWith, inRoom, onCall, participant, ringsOf, statuses } from '#test/calls-stage'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, newTag, tagSeenBy } from '#test/tags'
import { World } from '#test/world'

describe('Calling a tag', () => {
  let world: World
  let ana: Person
  let bo: Person
  /** Bo's tag, which Ana follows. */
  let tag: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = await newTag(bo, { title: 'Jazz Club' })
    await follow(ana, tag)
  })

  const masked = (number: string) => `${number.slice(0, 5)}***${number.slice(-4)}`
  const said = (person: Person) => person.phone.heard.map(({ words }) => words).join(' ')

  describe('of somebody else', () => {
    it('rings its owner, one phone, whose number stays hidden, and never those who follow it', async () => {
      const eve = await world.person('Eve')
      await follow(eve, tag, { texts: false, calls: true })
      const call = await callWith(ana, [{ ktag: `*${tag.name.toUpperCase()}` }])
      expect(call).to.include({ kind: 'ktag', group_id: null })
      expect(call.ktag).to.include({ id: tag.id, name: tag.name, title: 'Jazz Club' })
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
      const seen = (await ana.get('/calls/active')).body
      expect(seen.participants[1]).to.include({ user_id: bo.user.id, contact_id: null, mobile: masked(bo.mobile) })
      expect(JSON.stringify(seen)).not.to.include(bo.mobile)
      expect(inRoom(world, call)).to.have.members([ana.mobile, bo.mobile])
      expect(ringsOf(world, eve.mobile)).to.be.empty
    })

    it('tells the owner which tag was called: the app and the voice', async () => {
      const socket = await bo.socket({ topics: ['call'] })
      await callWith(ana, [{ ktag: tag.name }])
      expect((await bo.get('/calls/active')).body.ktag.name).to.equal(tag.name)
      const { data } = await socket.until('event', ({ event }) => event === 'call.created')
      expect((data.call as Json).ktag.id).to.equal(tag.id)
      expect(said(bo)).to.include('Ana is calling Jazz Club on Kadoink. Press 1 to join, 2 to stop calls from Ana.')
    })

    it('is said in one word, or together with others', async () => {
      const short = await ana.post('/calls', { ktag: tag.name })
      expect(short.body).to.include({ kind: 'ktag' })
      expect(statuses(short.body)).to.deep.equal({ Ana: 'queued', Bo: 'queued' })
      await ana.delete('/calls/active')

      const both = await callWith(ana, [{ ktag: tag.name }, { mobile: world.freshNumber(), name: 'Cy' }])
      expect(both).to.include({ kind: 'direct', ktag: null })
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
      expect(said(bo)).to.include('is calling Jazz Club')
    })

    it('adds its owner to a call that goes on, once', async () => {
      await callWith(ana, [{ mobile: world.freshNumber(), name: 'Cy' }])
      const added = await ana.post('/calls/active/participants', { ktag: tag.name })
      expect(added.status).to.equal(201)
      expect(added.body).to.include({ name: 'Bo', contact_id: null, mobile: masked(bo.mobile) })
      await world.pass(5)
      expect(await onCall(ana)).to.include({ Bo: 'joined' })
      expect((await ana.get('/calls/active')).body).to.include({ kind: 'direct', ktag: null })
      const again = await ana.post('/calls/active/participants', { ktag: tag.name })
      expect(refusal(again)).to.equal('409 already_in_call')
    })

    const policies: readonly [string, { stranger: number; follower: number }][] = [
      ['anyone', { stranger: 201, follower: 201 }],
      ['followers', { stranger: 403, follower: 201 }],
      ['nobody', { stranger: 403, follower: 403 }],
    ]
    for (const [policy, may] of policies) {
      it(`is for whom its policy says: ${policy}`, async () => {
        await bo.patch(`/ktags/${tag.id}`, { call_policy: policy })
        const eve = await world.person('Eve')
        for (const [caller, status] of [
          [eve, may.stranger],
          [ana, may.follower],
        ] as const) {
          const answer = await caller.post('/calls', { ktag: tag.name })
          expect(answer.status).to.equal(status)
          if (status === 403) expect(answer.body.error.code).to.equal('call_not_allowed')
          const host = caller === ana ? 'Ana' : 'Eve'
          await caller.delete('/calls/active')
          await caller.post('/calls', { to: [{ mobile: world.freshNumber() }] })
          expect((await caller.post('/calls/active/participants', { ktag: tag.name })).status, host).to.equal(status)
          await caller.delete('/calls/active')
          await world.pass(1)
        }
      })
    }

    it('ends with the following', async () => {
      await ana.delete(`/ktags/${tag.id}/follow`)
      expect(refusal(await ana.post('/calls', { ktag: tag.name }))).to.equal('403 call_not_allowed')
    })

    it('is answered to people whom the owner has blocked as if nobody might call', async () => {
      const blocked = await bo.patch('/me', { settings: { blocked: [ana.user.id, ana.user.id] } })
      expect(blocked.body.settings.blocked).to.deep.equal([ana.user.id])
      const refused = await ana.post('/calls', { ktag: tag.name })
      await bo.patch('/me', { settings: { blocked: [] } })
      await bo.patch(`/ktags/${tag.id}`, { call_policy: 'nobody' })
      const forbidden = await ana.post('/calls', { ktag: tag.name })
      expect(refusal(refused)).to.equal('403 call_not_allowed')
      expect(refused.body).to.deep.equal(forbidden.body)
      expect(complaints(await bo.patch('/me', { settings: { blocked: ['ana'] } }))).to.have.all.keys(
        'settings.blocked.0',
      )
    })

    it('is not repeated on the same call once its owner decides otherwise', async () => {
      bo.phone.script({ busy: true })
      await callWith(ana, [{ ktag: tag.name }], { privacy: 'open' })
      const again = async () => ana.post(`/calls/active/participants/${(await participant(ana, 'Bo')).id}/redial`)
      expect((await again()).status).to.equal(200)
      await world.pass(5)
      await bo.patch('/me', { settings: { blocked: [ana.user.id] } })
      expect(refusal(await again())).to.equal('403 call_not_allowed')
      expect(ringsOf(world, bo.mobile)).to.have.lengthOf(2)
    })

    it('rings nobody whose phone is not to ring for tags', async () => {
      await bo.patch('/me', { settings: { ring_for_tags: false } })
      expect(refusal(await ana.post('/calls', { ktag: tag.name }))).to.equal('403 call_not_allowed')
    })

    it('knows no private tag of others but for those who follow it, and none that is not there', async () => {
      await bo.patch(`/ktags/${tag.id}`, { visibility: 'private', call_policy: 'anyone' })
      const eve = await world.person('Eve')
      const [hidden, unknown] = [
        await eve.post('/calls', { ktag: tag.name }),
        await eve.post('/calls', { ktag: 'nope' }),
      ]
      expect(refusal(hidden)).to.equal('404 not_found')
      expect(hidden.body).to.deep.equal(unknown.body)
      for (const ktag of ['no', 'not a name']) {
        expect(complaints(await eve.post('/calls', { ktag })), ktag).to.have.all.keys('ktag')
        expect(complaints(await eve.post('/calls', { to: [{ ktag }] })), ktag).to.have.all.keys('to.0.ktag')
      }
      expect((await eve.get('/calls/active')).status).to.equal(404)

      const cy = await world.person('Cy')
      await callWith(ana, [{ ktag: tag.name }])
      await ana.post('/calls/active/participants', { mobile: cy.mobile })
      await world.pass(5)
      expect((await ana.get('/calls/active')).body.ktag.id).to.equal(tag.id)
      expect((await bo.get('/calls/active')).body.ktag.id).to.equal(tag.id)
      expect((await cy.get('/calls/active')).body.ktag, 'who was not called by it').to.equal(null)
    })

    it('needs a number that its owner has verified', async () => {
      await world.running.database
        .sql('users')
        .where({ id: bo.user.id })
        .update({ mobile: null, mobile_verified_at: null })
      expect(complaints(await ana.post('/calls', { ktag: tag.name }))).to.have.all.keys('to.0')
    })
  })

  describe('of one’s own', () => {
    /** People who follow Bo's tag with its calls, in this order. */
    async function crowd(...names: string[]): Promise<Person[]> {
      const people: Person[] = []
      for (const name of names) {
        const person = await world.person(name)
        await follow(person, tag, { texts: false, calls: true })
        people.push(person)
      }
      return people
    }

    it('rings those who follow it with its calls, without their numbers', async () => {
      const [cy, di] = await crowd('Cy', 'Di')
      await bo.knows('My Cy', cy?.mobile ?? '')
      const call = await callWith(bo, [{ ktag: tag.name }])
      expect(call).to.include({ kind: 'ktag' })
      expect(call.ktag.id).to.equal(tag.id)
      expect(await onCall(bo)).to.deep.equal({ Bo: 'joined', Cy: 'joined', Di: 'joined' })
      const seen = JSON.stringify((await bo.get('/calls/active')).body)
      for (const { mobile } of [cy, di] as Person[]) expect(seen).not.to.include(mobile)
      expect(ringsOf(world, ana.mobile), 'who follows without calls').to.be.empty
      expect((await cy?.get('/calls/active'))?.body.ktag.name).to.equal(tag.name)
      expect(said(di as Person)).to.include('Bo is calling Jazz Club on Kadoink.')
    })

    it('rings as many as fit, and those who waited longest for it first, so that everybody has their turn', async () => {
      await crowd('Cy', 'Di', 'Ed', 'Fay', 'Gus', 'Hal')
      const ring = async (): Promise<string[]> => {
        const { body } = await bo.post('/calls', { ktag: tag.name })
        await bo.delete('/calls/active')
        await world.settle()
        return body.participants.slice(1).map(({ name }: Json) => name)
      }
      expect(await ring()).to.deep.equal(['Cy', 'Di', 'Ed', 'Fay'])
      expect(await ring()).to.deep.equal(['Gus', 'Hal', 'Cy', 'Di'])
      expect(await ring()).to.deep.equal(['Ed', 'Fay', 'Gus', 'Hal'])
    })

    it('leaves room for those who are named beside it', async () => {
      await crowd('Cy', 'Di', 'Ed', 'Fay')
      const call = await bo.post('/calls', { to: [{ ktag: tag.name }, { mobile: ana.mobile, name: 'Ana' }] })
      expect(statuses(call.body)).to.have.all.keys('Bo', 'Ana', 'Cy', 'Di', 'Ed')
      await bo.delete('/calls/active')
      await world.pass(1)
      const four = [1, 2, 3, 4].map(() => ({ mobile: world.freshNumber() }))
      const full = await bo.post('/calls', { to: [...four, { ktag: tag.name }] })
      expect(refusal(full)).to.equal('403 plan_limit_reached')
    })

    it('adds those who are not on the call yet, as many as fit, and shows the first', async () => {
      await crowd('Cy', 'Di', 'Ed', 'Fay', 'Gus')
      await callWith(bo, [{ mobile: ana.mobile, name: 'Ana' }])
      const added = await bo.post('/calls/active/participants', { ktag: tag.name })
      expect(added.body).to.include({ name: 'Cy', status: 'queued' })
      await world.pass(6)
      expect(await onCall(bo)).to.deep.equal({ Bo: 'joined', Ana: 'joined', Cy: 'joined', Di: 'joined', Ed: 'joined' })
      const more = await bo.post('/calls/active/participants', { ktag: tag.name })
      expect(refusal(more)).to.equal('403 plan_limit_reached')
    })

    it('leaves out who refused the caller, blocked them, or wants to be rung for no tag', async () => {
      const [cy, di, ed, fay] = (await crowd('Cy', 'Di', 'Ed', 'Fay')) as [Person, Person, Person, Person]
      cy.phone.script({ decline: true })
      await callWith(bo, [{ mobile: cy.mobile }])
      await bo.delete('/calls/active')
      await di.patch('/me', { settings: { blocked: [bo.user.id] } })
      await ed.patch('/me', { settings: { ring_for_tags: false } })
      const { body } = await bo.post('/calls', { ktag: tag.name })
      expect(statuses(body)).to.have.all.keys('Bo', 'Fay')
      await bo.delete('/calls/active')
      await world.pass(1)
      await callWith(bo, [{ ktag: tag.name }])
      fay.phone.hangUp()
      await world.pass(1)
      await follow(fay, tag, { calls: false })
      const { id } = await participant(bo, 'Fay')
      expect(refusal(await bo.post(`/calls/active/participants/${id}/redial`))).to.equal('403 call_not_allowed')
      await bo.delete('/calls/active')
      await world.pass(1)
      expect(complaints(await bo.post('/calls', { ktag: tag.name }))).to.have.all.keys('to.0')
    })

    it('is refused when nobody wants to be rung', async () => {
      const answer = await bo.post('/calls', { ktag: tag.name })
      expect(complaints(answer)['to.0']).to.equal(`Nobody who follows *${tag.name} wants to be rung.`)
      await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] })
      expect(complaints(await bo.post('/calls/active/participants', { ktag: tag.name }))).to.have.all.keys('ktag')
    })

    it('keeps the tag from being deleted while the call goes on', async () => {
      await crowd('Cy')
      await callWith(bo, [{ ktag: tag.name }])
      expect(refusal(await bo.delete(`/ktags/${tag.id}`))).to.equal('409 call_in_progress')
      await bo.delete('/calls/active')
      expect((await bo.delete(`/ktags/${tag.id}`)).status).to.equal(204)
    })

    it('and deleting it at the same moment come to one end or the other', async () => {
      await crowd('Cy')
      const [call, gone] = await Promise.all([bo.post('/calls', { ktag: tag.name }), bo.delete(`/ktags/${tag.id}`)])
      const outcome = [call?.status, gone?.status]
      expect([
        [201, 409],
        [404, 204],
      ]).to.deep.include(outcome)
    })
  })

  describe('is seen on the tag’s page', () => {
    it('while it is open: at the owner’s primary tag and at the tag it is on, with the way in for followers', async () => {
      await follow(ana, bo.user.primary_ktag)
      const eve = await world.person('Eve')
      await follow(eve, tag, { texts: false, calls: true })
      await callWith(bo, [{ ktag: tag.name }], { title: 'Jam' })
      const live = async (viewer: Person, ktag: Json) => (await tagSeenBy(viewer, ktag)).live_call
      expect(await live(ana, tag), 'while it is private').to.equal(null)
      const { dial_in } = (await bo.patch('/calls/active', { privacy: 'open' })).body

      const card = await live(ana, tag)
      expect(card).to.include({ title: 'Jam', participant_count: 2, max_participants: 5 })
      expect(card.host.name).to.equal('Bo')
      expect(card.dial_in).to.deep.equal(dial_in)
      expect(await live(ana, bo.user.primary_ktag)).to.deep.equal(card)
      const stranger = await world.person()
      expect(await live(stranger, tag)).to.deep.equal({ ...card, dial_in: null })
      expect(await live(bo, await newTagOf(bo)), 'another tag').to.equal(null)

      await bo.delete('/calls/active')
      expect(await live(ana, tag)).to.equal(null)
    })

    async function newTagOf(person: Person): Promise<Json> {
      await world.running.database.sql('users').where({ id: person.user.id }).update({ plan: 'plus' })
      return newTag(person)
    }
  })
})
