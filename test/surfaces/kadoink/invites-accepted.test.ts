import { expect } from 'chai'
import { forget, portable } from '#domain/invites'
import { invite, invitesOf } from '#test/invites'
import { type Applicant, applyFor, freshEmail, mailPerson } from '#test/kadoink-accounts'
import { outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { newTag, tagSeenBy } from '#test/tags'
import { World } from '#test/world'

describe('An invite', () => {
  let world: World
  let ana: Person
  let tag: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    tag = await newTag(ana, { visibility: 'private' })
  })

  const toFollow = (mobile = world.freshNumber()) => invite(ana, { mobile, ktag_id: tag.id })
  const confirm = async (applicant: Applicant, mobile: string): Promise<Answer> =>
    applicant.confirm(world.codeOn(mobile))
  /** Register with the code of an invite. */
  const comeWith = async (code: string, wanted: Json = {}): Promise<Answer> => {
    const mobile = world.freshNumber()
    const applicant = await applyFor(world, { mobile, name: 'Bo', invite_code: code, ...wanted })
    return confirm(applicant, mobile)
  }
  /** What the sender has been told by text of those who came. */
  const tidings = async (): Promise<string[]> => {
    await world.textsArrive()
    return ana.phone.texts.map(({ body }) => body).filter((body) => body.includes('accepted your invite'))
  }
  const followers = async () => (await tagSeenBy(ana, tag)).follower_count

  describe('is accepted by registering with its code', () => {
    it('which makes the newcomer follow a private tag, and tells the sender by push and by text', async () => {
      const sent = await toFollow()
      const socket = await ana.socket({ topics: ['invites'] })
      const { status, body } = await comeWith(sent.code)
      expect(status).to.equal(201)
      const told: Json = await socket.until('event', ({ event }) => event === 'invite.accepted')
      expect(told.data.invite).to.include({ id: sent.id, status: 'accepted' })
      expect(told.data.invite.accepted_at).to.be.a('string')
      expect(await tidings()).to.deep.equal([`Bo has accepted your invite and follows *${tag.name} now.`])
      const bo = world.visitor()
      bo.token = body.token
      expect((await bo.get('/follows')).body.items.map(({ ktag }: Json) => ktag.id)).to.deep.equal([tag.id])
      expect((await bo.get(`/ktags/${tag.id}`)).body).to.include({ following: true, follower_count: 1 })
      expect(refusal(await ana.delete(`/invites/${sent.id}`))).to.equal('409 already_accepted')
      expect((await fetch(sent.url)).status).to.equal(410)
    })

    it('by whoever has the link, also by mail, and without a tag', async () => {
      const sent = await invite(ana, { email: freshEmail() })
      const eve = await mailPerson(world, { name: 'Eve', invite_code: sent.code })
      expect((await eve.get('/me')).status).to.equal(200)
      expect((await invitesOf(ana))[0]).to.include({ id: sent.id, status: 'accepted' })
      expect(await tidings()).to.deep.equal(['Eve has accepted your invite and is on Kadoink now.'])
    })

    it('or without it, at the address to which it went, unless it names a tag, which they may follow or not', async () => {
      const mobile = world.freshNumber()
      const plain = await invite(ana, { mobile })
      expect((await confirm(await applyFor(world, { mobile, name: 'Bo' }), mobile)).status).to.equal(201)
      const email = freshEmail()
      const byMail = await invite(ana, { email })
      const unproved = await invite(ana, { mobile: world.freshNumber() })
      const eve = await applyFor(world, { email, mobile: unproved.to, name: 'Eve' })
      expect((await eve.confirm(await world.codeMailedTo(email))).status).to.equal(201)
      const tagged = await toFollow()
      expect((await confirm(await applyFor(world, { mobile: tagged.to }), tagged.to)).status).to.equal(201)

      const states = new Map((await invitesOf(ana)).map(({ id, status }) => [id, status]))
      expect([plain, byMail, unproved, tagged].map(({ id }) => states.get(id))).to.deep.equal([
        'accepted',
        'accepted',
        'sent',
        'sent',
      ])
      expect(await tidings()).to.deep.equal([
        'Bo has accepted your invite and is on Kadoink now.',
        'Eve has accepted your invite and is on Kadoink now.',
      ])
      expect(await followers()).to.equal(0)
    })

    it('once, however many come with it at the same moment', async () => {
      const sent = await toFollow()
      const mobiles = [1, 2, 3].map(() => world.freshNumber())
      const applicants: Applicant[] = []
      for (const mobile of mobiles) applicants.push(await applyFor(world, { mobile, invite_code: sent.code }))
      const answers = await Promise.all(applicants.map((one, at) => confirm(one, mobiles[at] ?? '')))
      expect(outcomes(answers)).to.deep.equal({ 201: 3 })
      expect(await followers()).to.equal(1)
      expect(await tidings()).to.have.lengthOf(1)
    })

    it('or is taken back: one of the two, never both', async () => {
      for (let time = 0; time < 3; time++) {
        const mobile = world.freshNumber()
        const before = await followers()
        const sent = await toFollow()
        const applicant = await applyFor(world, { mobile, invite_code: sent.code })
        const [came, taken] = await Promise.all([confirm(applicant, mobile), ana.delete(`/invites/${sent.id}`)])
        expect(came?.status).to.equal(201)
        const [shown] = await invitesOf(ana)
        expect([taken?.status, shown.status, (await followers()) - before]).to.be.deep.oneOf([
          [204, 'revoked', 0],
          [409, 'accepted', 1],
        ])
      }
    })

    it('or is over by then, which keeps nobody from coming', async () => {
      const revoked = await toFollow()
      await ana.delete(`/invites/${revoked.id}`)
      for (const code of [revoked.code, 'A'.repeat(22), 'x', '']) expect((await comeWith(code)).status).to.equal(201)
      const gone = await toFollow()
      await ana.delete(`/ktags/${tag.id}`)
      expect((await comeWith(gone.code)).status).to.equal(201)
      tag = await newTag(ana, { visibility: 'private' })
      const late = await toFollow()
      const mobile = world.freshNumber()
      const applicant = await applyFor(world, { mobile, invite_code: late.code })
      await ana.delete(`/invites/${late.id}`)
      expect((await confirm(applicant, mobile)).status).to.equal(201)
      const suspended = await toFollow()
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
      expect((await comeWith(suspended.code)).status).to.equal(201)
      const { sql } = world.running.database
      expect(await sql('follows').where({ ktag_id: tag.id })).to.deep.equal([])
      expect(await tidings()).to.deep.equal([])
    })
  })

  describe('of a member is accepted by following the tag', () => {
    let bo: Person

    beforeEach(async () => {
      bo = await world.person('Bo')
    })

    it('which they find among what they have received, and nobody else finds', async () => {
      const sent = await toFollow(bo.mobile)
      const [found] = await invitesOf(bo, '?direction=received')
      expect(found).to.include({ id: sent.id, status: 'sent', name: null, url: sent.url })
      expect(found.ktag).to.include({ id: tag.id, name: tag.name })
      expect(found.from).to.include({ name: 'Ana' })
      const eve = await world.person('Eve')
      expect(await invitesOf(eve, '?direction=received')).to.deep.equal([])
      expect(refusal(await eve.post(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
      expect(refusal(await bo.get(`/ktags/${tag.id}`)), 'invited is not yet following').to.equal('404 not_found')

      const followed = await bo.post(`/ktags/${tag.id}/follow`, { texts: false, calls: true })
      expect(followed.status).to.equal(201)
      expect(followed.body).to.include({ texts: false, calls: true })
      expect((await bo.get(`/ktags/${tag.id}`)).status).to.equal(200)
      expect((await invitesOf(ana))[0].status).to.equal('accepted')
      expect(await tidings()).to.deep.equal([`Bo has accepted your invite and follows *${tag.name} now.`])
    })

    it('at an e-mail address that is proved too', async () => {
      const eve = await mailPerson(world, { mobile: world.freshNumber() })
      await invite(ana, { email: eve.email, ktag_id: tag.id })
      await world.running.database.sql('users').where({ id: eve.user.id }).update({ mobile_verified_at: new Date() })
      expect((await eve.post(`/ktags/${tag.id}/follow`)).status).to.equal(201)
    })

    it('and never at an address that they only claim', async () => {
      const mobile = world.freshNumber()
      await toFollow(mobile)
      await bo.put('/me/mobile', { mobile })
      const email = freshEmail()
      await invite(ana, { email, ktag_id: tag.id })
      await world.running.database.sql('users').where({ id: bo.user.id }).update({ email, email_verified_at: null })
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
      expect(await invitesOf(bo, '?direction=received')).to.deep.equal([])
      await world.running.database.sql('users').where({ id: bo.user.id }).update({ email_verified_at: new Date() })
      expect(await invitesOf(bo, '?direction=received')).to.have.lengthOf(1)
    })

    it('not once it has been taken back, nor after its time', async () => {
      const sent = await toFollow(bo.mobile)
      await ana.delete(`/invites/${sent.id}`)
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
      expect(await invitesOf(bo, '?direction=received')).to.deep.equal([])
      const { sql } = world.running.database
      await sql('invites').where({ id: sent.id }).update({ state: 'sent', rank: 1, expires_at: new Date() })
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
    })

    it('once, at several requests at the same moment', async () => {
      await toFollow(bo.mobile)
      const answers = await Promise.all([1, 2, 3].map(() => bo.post(`/ktags/${tag.id}/follow`)))
      expect(outcomes(answers)).to.deep.equal({ 201: 1, 200: 2 })
      expect(await tidings()).to.have.lengthOf(1)
    })

    it('also of a public tag; and a follow that the plan does not allow accepts nothing', async () => {
      await ana.patch(`/ktags/${tag.id}`, { visibility: 'public' })
      await toFollow(bo.mobile)
      const { sql } = world.running.database
      await sql('users')
        .where({ id: bo.user.id })
        .update({ limits: JSON.stringify({ maxFollows: 0 }) })
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`))).to.equal('403 plan_limit_reached')
      expect((await invitesOf(ana))[0].status).to.equal('sent')
      await sql('users').where({ id: bo.user.id }).update({ limits: '{}' })
      expect((await bo.post(`/ktags/${tag.id}/follow`)).status).to.equal(201)
      expect((await invitesOf(ana))[0].status).to.equal('accepted')
    })

    it('while the tag is being deleted: either or, and no one waits for the other for ever', async () => {
      const sent = await toFollow(bo.mobile)
      const [followed, deleted] = await Promise.all([
        bo.post(`/ktags/${tag.id}/follow`),
        ana.delete(`/ktags/${tag.id}`),
      ])
      expect(deleted?.status).to.equal(204)
      expect(followed?.status).to.be.oneOf([201, 404])
      await world.settle()
      const [shown] = await invitesOf(ana)
      expect([shown.id, shown.status]).to.deep.equal([sent.id, followed?.status === 201 ? 'accepted' : 'revoked'])
    })
  })

  it('goes with the account that has sent it, and stands in its export until then', async () => {
    const { database } = world.running
    const mobile = world.freshNumber()
    const sent = await toFollow(mobile)
    const mine = (await database.read((view) => portable(view, ana.user.id))) as Json
    expect(mine.sent[0]).to.include({ to: mobile, ktag: tag.name, state: 'sent', number: 1 })
    expect(JSON.stringify(mine)).not.to.include(sent.code)
    const accepted = await comeWith(sent.code)
    const theirs = (await database.read((view) => portable(view, accepted.body.user.id))) as Json
    expect(theirs.accepted[0]).to.include({ from: 'Ana', ktag: tag.name })

    const open = await toFollow()
    await database.write((unit) => forget(unit, accepted.body.user.id))
    expect((await invitesOf(ana, '?status=accepted')).map(({ id }) => id)).to.deep.equal([sent.id])
    await database.write((unit) => forget(unit, ana.user.id))
    expect(await invitesOf(ana)).to.deep.equal([])
    expect((await fetch(open.url)).status).to.equal(404)
    const bo = await world.person('Bo')
    expect(refusal(await bo.post('/invites', { mobile: open.to }))).to.equal('409 already_invited')
  })
})
