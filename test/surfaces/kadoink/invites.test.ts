import { expect } from 'chai'
import { keepUp } from '#domain/invites'
import { report } from '#domain/texts'
import { invitationsOn, invite, invitesOf } from '#test/invites'
import { freshEmail, mailPerson } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, giveMore, newTag } from '#test/tags'
import { textsTo } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

const DAY = 86_400

describe('Invites', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const page = async (url: string) => {
    const answer = await fetch(url)
    return { status: answer.status, text: await answer.text() }
  }

  describe('are sent', () => {
    it('by text, with who invites, the link, and how to stop it', async () => {
      const mobile = world.freshNumber()
      const sent = await invite(ana, { mobile, message: 'Come and  see\nus' })
      expect(sent).to.include({ number: 1, channel: 'sms', to: mobile, name: null, ktag: null, status: 'sent' })
      expect(sent.url).to.equal(`${world.url}/i/${sent.code}`)
      expect(sent.code).to.match(/^[0-9A-Za-z]{22}$/)
      expect(sent.from).to.include({ user_id: ana.user.id, name: 'Ana' })
      expect(Date.parse(sent.expires_at) - Date.parse(sent.created_at)).to.equal(30 * DAY * 1000)
      expect(await invitationsOn(ana, mobile)).to.deep.equal([
        `Ana invites you to Kadoink: "Come and see us" ${sent.url} Reply STOP to get no texts from Kadoink.`,
      ])
      expect(await invitesOf(ana)).to.deep.equal([sent])
    })

    it('by mail, to follow a tag, with a link that stops them', async () => {
      const email = freshEmail()
      const tag = await newTag(ana, { visibility: 'private', title: 'Jazz' })
      const sent = await invite(ana, { email: email.toUpperCase(), name: 'Zebulon', ktag_id: tag.id })
      expect(sent).to.include({ channel: 'email', to: email, name: 'Zebulon', status: 'sent' })
      expect(sent.ktag).to.include({ id: tag.id, name: tag.name })
      const [letter] = await world.mail(email)
      expect(letter?.subject).to.equal(`Ana invites you to follow *${tag.name} on Kadoink`)
      expect(letter?.text).to.include(sent.url).and.to.include(`${world.url}/i/none/`)
      expect(letter?.text).not.to.include('Zebulon')
    })

    it('to a contact: by its number, else by its address, under the name that it has', async () => {
      const mobile = world.freshNumber()
      const { contact_id } = await ana.knows('Cousin Bo', mobile)
      expect(await invite(ana, { contact_id })).to.include({ channel: 'sms', to: mobile, name: 'Cousin Bo' })
      const email = freshEmail()
      const { body: byMail } = await ana.post('/contacts', { name: 'Eve', email })
      expect(await invite(ana, { contact_id: byMail.id, name: 'E.' })).to.include({ channel: 'email', name: 'E.' })
      const eve = await world.person('Eve')
      const { body: byTag } = await ana.post('/contacts', { name: 'Tag', ktag: eve.username })
      expect(complaints(await ana.post('/invites', { contact_id: byTag.id }))).to.have.all.keys('contact_id')
      expect(refusal(await eve.post('/invites', { contact_id }))).to.equal('404 not_found')
      expect((await invitesOf(ana)).map(({ number }) => number)).to.deep.equal([2, 1])
    })

    it('once, however often the request is repeated under its key', async () => {
      const body = { mobile: world.freshNumber() }
      const answers = await Promise.all(
        [1, 2].map(() => ana.post('/invites', body, { 'Idempotency-Key': `invite-${body.mobile}` })),
      )
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201])
      expect(answers[0]?.body).to.deep.equal(answers[1]?.body)
      expect(await invitationsOn(ana, body.mobile)).to.have.lengthOf(1)
    })

    it('under a name that no phone takes for a link', async () => {
      await ana.patch('/me', { name: 'Win at prizes.example/now' })
      const mobile = world.freshNumber()
      await invite(ana, { mobile })
      const [text = ''] = await invitationsOn(ana, mobile)
      expect(text.startsWith(`${ana.username} invites you`)).to.equal(true)
    })
  })

  describe('are refused', () => {
    const bad: readonly (readonly [what: string, body: Json, field: string])[] = [
      ['to nobody', {}, 'mobile'],
      ['to two addresses at once', { mobile: '+15557770001', email: 'a@example.com' }, 'email'],
      ['to what is no number', { mobile: '12' }, 'mobile'],
      ['to what is no address', { email: 'nobody' }, 'email'],
      ['to a number of ours', { mobile: ACCOUNT.number }, 'mobile'],
      ['with an empty message', { mobile: '+15557770001', message: '  ' }, 'message'],
      ['with too long a message', { mobile: '+15557770001', message: 'x'.repeat(141) }, 'message'],
      ['with a link in the message', { mobile: '+15557770001', message: 'see https://x.example' }, 'message'],
      ['with a bare host in the message', { mobile: '+15557770001', message: 'see x.example/now' }, 'message'],
    ]
    for (const [what, body, field] of bad) {
      it(what, async () => {
        expect(complaints(await ana.post('/invites', body))).to.have.all.keys(field)
        expect(await invitesOf(ana)).to.deep.equal([])
      })
    }

    it('to oneself', async () => {
      expect(complaints(await ana.post('/invites', { mobile: ana.mobile }))).to.have.all.keys('mobile')
      const { contact_id } = await ana.knows('Me', ana.mobile)
      expect(complaints(await ana.post('/invites', { contact_id }))).to.have.all.keys('contact_id')
    })

    it('to countries and numbers that are not reached', async () => {
      expect(refusal(await ana.post('/invites', { mobile: '+4915112345678' }))).to.equal('422 country_not_supported')
      expect(refusal(await ana.post('/invites', { mobile: '+19005551234' }))).to.equal('422 number_not_supported')
    })

    it('to follow what is not one’s own', async () => {
      const bo = await world.person('Bo')
      const mobile = world.freshNumber()
      await giveMore(world, bo)
      const open = await newTag(bo)
      const hidden = await newTag(bo, { visibility: 'private' })
      expect(refusal(await ana.post('/invites', { mobile, ktag_id: open.id }))).to.equal('403 not_tag_owner')
      expect(refusal(await ana.post('/invites', { mobile, ktag_id: hidden.id }))).to.equal('404 not_found')
    })

    it('to members, unless there is a tag that they do not follow yet', async () => {
      const bo = await world.person('Bo')
      const mailed = await mailPerson(world)
      expect(refusal(await ana.post('/invites', { mobile: bo.mobile }))).to.equal('409 already_member')
      expect(refusal(await ana.post('/invites', { email: mailed.email }))).to.equal('409 already_member')
      const tag = await newTag(ana)
      await follow(bo, tag)
      expect(refusal(await ana.post('/invites', { mobile: bo.mobile, ktag_id: tag.id }))).to.equal(
        '409 already_following',
      )
      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(await invite(ana, { mobile: bo.mobile, ktag_id: tag.id })).to.include({ status: 'sent' })
    })

    it('to an address that is claimed and not proved they are sent: it is nobody’s yet', async () => {
      const mobile = world.freshNumber()
      await mailPerson(world, { mobile })
      expect(await invite(ana, { mobile })).to.include({ to: mobile })
    })

    it('to phones that have texted STOP, and to those whose holder has blocked the sender, by the same answer', async () => {
      const bo = await world.person('Bo')
      const tag = await newTag(ana)
      bo.phone.text(ACCOUNT.number, 'STOP')
      await world.pass(1)
      const stopped = await ana.post('/invites', { mobile: bo.mobile, ktag_id: tag.id })
      expect(refusal(stopped)).to.equal('409 recipient_opted_out')
      bo.phone.text(ACCOUNT.number, 'START')
      await world.pass(1)
      await bo.patch('/me', { settings: { blocked: [ana.user.id] } })
      const blocked = await ana.post('/invites', { mobile: bo.mobile, ktag_id: tag.id })
      expect(blocked.body).to.deep.equal(stopped.body)
    })

    it('by text beyond the month’s texts; by mail they cost none, and what was not sent is given back', async () => {
      const { sql } = world.running.database
      await sql('users')
        .where({ id: ana.user.id })
        .update({ limits: JSON.stringify({ smsPerMonth: 1 }) })
      const sent = await invite(ana, { mobile: world.freshNumber() })
      expect(refusal(await ana.post('/invites', { mobile: world.freshNumber() }))).to.equal('403 plan_limit_reached')
      expect((await ana.get('/billing/entitlements')).body.usage.sms_per_month).to.equal(1)
      await invite(ana, { email: freshEmail() })
      await world.settle()
      await sql('texts').where({ phone: sent.to }).update({ rank: 0, status: 'queued', claimed_at: null })
      await ana.delete(`/invites/${sent.id}`)
      await invite(ana, { mobile: world.freshNumber() })
    })

    it('beyond ten in an hour', async () => {
      const body = { mobile: '12' }
      for (let time = 0; time < 10; time++) expect((await ana.post('/invites', body)).status).to.equal(422)
      expect(refusal(await ana.post('/invites', body))).to.equal('429 rate_limited')
    })
  })

  describe('reach an address once in 30 days', () => {
    it('whoever sends them, also when they are sent at the same moment', async () => {
      const senders = [ana, ...(await Promise.all([1, 2, 3].map(() => world.person())))]
      const mobile = world.freshNumber()
      const answers = await Promise.all(senders.flatMap((one) => [1, 2].map(() => one.post('/invites', { mobile }))))
      expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 already_invited': 7 })
      expect(await invitationsOn(ana, mobile)).to.have.lengthOf(1)
      const email = freshEmail()
      const letters = await Promise.all(senders.map((one) => one.post('/invites', { email })))
      expect(outcomes(letters)).to.deep.equal({ 201: 1, '409 already_invited': 3 })
      expect(await world.mail(email)).to.have.lengthOf(1)
    })

    it('and again after that, also by the same sender, whether or not the first was ended by then', async () => {
      const own = await World.start()
      try {
        const eve = await own.person('Eve')
        const mobile = own.freshNumber()
        const first = await invite(eve, { mobile })
        await own.textsArrive()
        await own.moveClock(30 * DAY - 60)
        expect(refusal(await eve.post('/invites', { mobile }))).to.equal('409 already_invited')
        await own.moveClock(61)
        const second = await invite(eve, { mobile })
        expect(second.number).to.equal(2)
        expect((await invitesOf(eve, '?status=expired')).map(({ id }) => id)).to.deep.equal([first.id])
        expect(await invitationsOn(eve, mobile)).to.have.lengthOf(2)
      } finally {
        await own.end()
      }
    })

    it('and are not sent to a mailbox that has refused them, which opening the link does not', async () => {
      const email = freshEmail()
      await invite(ana, { email })
      const [letter] = await world.mail(email)
      const [, link = ''] = /(http\S+\/i\/none\/\S+)/.exec(letter?.text ?? '') ?? []
      const asked = await page(link)
      expect(asked.status).to.equal(200)
      expect(asked.text).to.include('<form method="post">').and.to.include(email)
      await world.running.database.sql('invited_addresses').where({ address: email }).delete()
      await world.running.database.sql('invites').where({ address: email }).update({ state: 'expired', rank: 3 })
      await invite(ana, { email })
      // As a mailbox does by itself: RFC 8058.
      const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
      expect((await fetch(link, { method: 'POST', body })).status).to.equal(200)
      const bo = await world.person('Bo')
      expect(refusal(await bo.post('/invites', { email }))).to.equal('409 recipient_opted_out')
      expect((await page(link.slice(0, -3))).status).to.equal(404)
      expect((await fetch(link.slice(0, -3), { method: 'POST', body })).status).to.equal(404)
    })
  })

  describe('end', () => {
    it('when they are taken back: the link is dead, the address stays taken, and nobody else can do it', async () => {
      const mobile = world.freshNumber()
      const sent = await invite(ana, { mobile })
      await world.textsArrive()
      const bo = await world.person('Bo')
      expect(refusal(await bo.delete(`/invites/${sent.id}`))).to.equal('404 not_found')
      expect((await page(sent.url)).status).to.equal(200)
      expect((await ana.delete(`/invites/${sent.id}`)).status).to.equal(204)
      expect((await ana.delete(`/invites/${sent.id}`)).status).to.equal(204)
      expect((await page(sent.url)).status).to.equal(410)
      expect((await invitesOf(ana))[0]).to.include({ id: sent.id, status: 'revoked' })
      expect(refusal(await bo.post('/invites', { mobile }))).to.equal('409 already_invited')
    })

    it('when they are taken back before they were sent, without a trace at the recipient', async () => {
      const mobile = world.freshNumber()
      const sent = await invite(ana, { mobile })
      await world.settle()
      const { sql } = world.running.database
      // As if the texter had not come to it yet.
      await sql('texts').where({ phone: mobile }).update({ rank: 0, status: 'queued', claimed_at: null })
      expect((await ana.delete(`/invites/${sent.id}`)).status).to.equal(204)
      const [text] = await sql('texts').where({ phone: mobile, purpose: 'invite' })
      expect([text.status, text.reason]).to.deep.equal(['skipped', 'withdrawn'])
      expect((await ana.post('/invites', { mobile })).status).to.equal(201)
    })

    it('after 30 days, once, however many look', async () => {
      const own = await World.start()
      try {
        const eve = await own.person('Eve')
        const sent = await invite(eve, { mobile: own.freshNumber() })
        await own.textsArrive()
        await own.moveClock(30 * DAY + 1)
        expect((await page(sent.url)).status, 'before anybody has looked').to.equal(410)
        const socket = await eve.socket({ topics: ['invites'] })
        await Promise.all([1, 2].map(() => keepUp(own.running.database)))
        await own.settle()
        expect((await socket.until('event')).event).to.equal('invite.expired')
        expect((await invitesOf(eve))[0].status).to.equal('expired')
        expect(socket.events).to.have.lengthOf(1)
      } finally {
        await own.end()
      }
    })

    it('with the tag that they name', async () => {
      const tag = await newTag(ana)
      const sent = await invite(ana, { mobile: world.freshNumber(), ktag_id: tag.id })
      await ana.delete(`/ktags/${tag.id}`)
      expect((await page(sent.url)).status).to.equal(410)
      await world.settle()
      expect((await invitesOf(ana))[0]).to.include({ status: 'revoked', ktag: null })
    })

    it('in failure when the text cannot arrive: the link still works, and another may try', async () => {
      const mobile = world.freshNumber()
      const sent = await invite(ana, { mobile })
      await world.settle()
      const [text] = await textsTo(world, mobile)
      await world.running.database.write((unit) => report(unit, text.id, { status: 'undelivered', errorCode: 30_005 }))
      await world.settle()
      expect((await invitesOf(ana))[0]).to.include({ id: sent.id, status: 'failed' })
      expect((await page(sent.url)).status).to.equal(200)
      expect((await ana.post('/invites', { mobile })).status).to.equal(201)
    })
  })

  it('wait while nothing is sent to numbers like theirs, and go out after that', async () => {
    const mobile = world.freshNumber()
    const { sql } = world.running.database
    const blocked = { prefix: mobile.slice(0, -4), blocked_until: new Date(Date.now() + 3600_000), reason: 'test' }
    await sql('prefix_blocks').insert(blocked)
    expect(await invite(ana, { mobile })).to.include({ status: 'pending' })
    await keepUp(world.running.database)
    expect(await invitationsOn(ana, mobile)).to.deep.equal([])
    await sql('prefix_blocks').where({ prefix: blocked.prefix }).delete()
    await Promise.all([1, 2].map(() => keepUp(world.running.database)))
    expect(await invitationsOn(ana, mobile)).to.have.lengthOf(1)
    expect((await invitesOf(ana))[0].status).to.equal('sent')
  })

  it('are listed newest first, in pages, by what has become of them; those of others are nobody else’s', async () => {
    const sent: Json[] = []
    for (let count = 0; count < 4; count++) sent.push(await invite(ana, { mobile: world.freshNumber() }))
    await ana.delete(`/invites/${sent[1].id}`)
    const ids = sent.map(({ id }) => id).reverse()
    expect((await invitesOf(ana)).map(({ id }) => id)).to.deep.equal(ids)
    const { body } = await ana.get(`/me/invites?limit=2&before_id=${ids[0]}`)
    expect([body.items.map(({ id }: Json) => id), body.has_more]).to.deep.equal([[ids[1], ids[2]], true])
    expect((await invitesOf(ana, '?offset=3')).map(({ id }) => id)).to.deep.equal([ids[3]])
    expect((await invitesOf(ana, '?status=revoked')).map(({ id }) => id)).to.deep.equal([sent[1].id])
    expect(await invitesOf(await world.person(), '')).to.deep.equal([])
    expect(complaints(await ana.get('/me/invites?direction=both'))).to.have.all.keys('direction')
    expect(complaints(await ana.get('/me/invites?status=gone'))).to.have.all.keys('status')
  })

  it('are told to the sender’s apps', async () => {
    const socket = await ana.socket({ topics: ['invites'] })
    const sent = await invite(ana, { mobile: world.freshNumber() })
    expect((await socket.until('event')).data).to.deep.equal({ invite: sent })
    await ana.delete(`/invites/${sent.id}`)
    const revoked = await socket.until('event', ({ event }) => event === 'invite.revoked')
    expect(revoked.data.invite).to.include({ id: sent.id, status: 'revoked' })
  })

  describe('lead to a page', () => {
    it('that says who invites to what and how to come in, and nothing else of anybody', async () => {
      const tag = await newTag(ana, { visibility: 'private', title: '<b>Jazz</b>' })
      const mobile = world.freshNumber()
      const sent = await invite(ana, { mobile, name: 'Secret nick', ktag_id: tag.id })
      const { status, text } = await page(sent.url)
      expect(status).to.equal(200)
      expect(text).to.include(`<h1>Ana invites you to follow *${tag.name} on Kadoink</h1>`)
      expect(text).to.include(sent.code).and.to.include('invite_code').and.to.include('/api/v1/auth/register')
      expect(text).to.include('&lt;b&gt;Jazz').and.not.include('<b>Jazz')
      for (const secret of [mobile, mobile.slice(-4), ana.mobile, 'Secret nick', ana.user.id, '<script']) {
        expect(text, secret).not.to.include(secret)
      }
    })

    it('that is not there for codes that were never sent, and closed while the sender is suspended', async () => {
      expect((await page(`${world.url}/i/${'A'.repeat(22)}`)).status).to.equal(404)
      expect((await page(`${world.url}/i/x`)).status).to.equal(404)
      const sent = await invite(ana, { mobile: world.freshNumber() })
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
      const closed = await page(sent.url)
      expect(closed.status).to.equal(410)
      expect(closed.text).to.include('This invite is not open any more').and.not.include('Ana')
    })
  })

  it('keep their codes sealed: who reads the database cannot accept them', async () => {
    const sent = await invite(ana, { mobile: world.freshNumber() })
    const [row] = await world.running.database.sql('invites').where({ id: sent.id })
    expect(JSON.stringify(row)).not.to.include(sent.code)
    // As when the secret that it was sealed with has been taken out of service.
    await world.running.database.sql('invites').where({ id: sent.id }).update({ code_sealed: 'x' })
    expect((await invitesOf(ana))[0]).to.deep.include({ id: sent.id, code: null, url: null })
    expect((await page(sent.url)).status, 'the link itself goes on working').to.equal(200)
  })
})
