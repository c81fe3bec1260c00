import { expect } from 'chai'
import { sendDueNotices } from '#domain/voicemail'
import { makeTicket } from '#kit/ticket'
import { fetchDueSounds } from '#telephony'
import { dials, inboxOf, type MailboxWorld, mailboxWorld, set, speak } from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import type { World } from '#test/world'

const HANG_UP = [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }] as const

describe('The notice of a voicemail', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person
  let from: string

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    from = world.freshNumber()
    await ana.patch('/me', { settings: { sms_inbox: true } })
  })

  const notices = () => ana.phone.texts.map(({ body }) => body).filter((body) => body.startsWith('Voicemail from'))
  const masked = (phone: string) => `${phone.slice(0, 5)}***${phone.slice(-4)}`
  const linkIn = (notice: string | undefined) => notice?.split(': ')[1] ?? ''
  /** Twice at once, as two workers would. */
  const send = async () => {
    await Promise.all([1, 2].map(() => sendDueNotices(stage.tools.database)))
    await world.settle()
    await world.textsArrive()
  }

  it('is a text with a link, as soon as the sound is there, once', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 1 })
    await dials(world, from, ana, HANG_UP)
    expect(notices()).to.have.lengthOf(1)
    const [notice = ''] = notices()
    expect(notice).to.match(
      new RegExp(`^Voicemail from \\${masked(from).replaceAll('*', '\\*')} for \\*${ana.username}: `),
    )
    expect(linkIn(notice)).to.match(new RegExp(`^${world.url}/v/[\\w-]{48}$`))
    await world.moveClock(700)
    await send()
    expect(notices()).to.have.lengthOf(1)
  })

  it('names who left it as the owner knows them', async () => {
    await ana.knows('Cousin\n  Vinny of the long name that has no end', from)
    await dials(world, from, ana, HANG_UP)
    await dials(world, 'anonymous', ana, HANG_UP)
    expect(notices()[0]).to.match(/^Voicemail from Cousin Vinny of the long name for /)
    expect(notices()[1]).to.match(/^Voicemail from a hidden number for /)
  })

  it('waits until its caller is done: sent with 1 at once, taken back never, and when nothing is pressed a little later', async () => {
    await dials(world, from, ana, [...speak(4), { press: '1', wait: 1 }])
    expect(notices()).to.have.lengthOf(1)
    await dials(world, world.freshNumber(), ana, [...speak(4), { press: '2', wait: 1 }, { wait: 2, hangUp: true }], 30)
    await world.moveClock(50)
    await send()
    expect(notices()).to.have.lengthOf(1)
    await dials(world, world.freshNumber(), ana, speak(4), 15)
    expect(notices()).to.have.lengthOf(1)
    await world.moveClock(50)
    await send()
    expect(notices()).to.have.lengthOf(2)
  })

  it('comes without the sound when that takes too long, and not again when it is there', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 3600 })
    await dials(world, from, ana, HANG_UP)
    await world.moveClock(500)
    await send()
    expect(notices()).to.have.lengthOf(0)
    await world.moveClock(120)
    await send()
    expect(notices()).to.have.lengthOf(1)
    const page = await fetch(linkIn(notices()[0]))
    const text = await page.text()
    expect([page.status, text.includes('<audio')]).to.deep.equal([200, false])
    expect(text).to.include('The recording is not here yet.')
    expect((await fetch(`${linkIn(notices()[0])}/sound`, { redirect: 'manual' })).status).to.equal(404)
    world.carrier.faults.clear()
    await world.moveClock(3600)
    await fetchDueSounds(stage.tools)
    await send()
    expect(notices()).to.have.lengthOf(1)
    expect(await (await fetch(linkIn(notices()[0]))).text()).to.include('<audio')
  })

  it('is not sent of a message that is read, or gone, or to somebody who does not want it or has texted STOP', async () => {
    await dials(world, from, ana, speak(4), 14)
    await ana.patch(`/inbox/${(await inboxOf(ana))[0].id}`, { read: true })
    await dials(world, world.freshNumber(), ana, speak(4), 14)
    await ana.delete(`/inbox/${(await inboxOf(ana))[0].id}`)
    await world.settle()
    await world.moveClock(700)
    await send()
    expect(notices()).to.deep.equal([])

    await ana.patch('/me', { settings: { sms_inbox: false } })
    await dials(world, world.freshNumber(), ana, HANG_UP)
    await ana.patch('/me', { settings: { sms_inbox: true } })
    await world.running.database.sql('opt_outs').insert({ phone: ana.mobile, opted_out_at: new Date() })
    await dials(world, world.freshNumber(), ana, HANG_UP)
    await world.moveClock(700)
    await send()
    expect(notices()).to.deep.equal([])
    await world.running.database.sql('opt_outs').where({ phone: ana.mobile }).delete()
    await set(ana, 'users', { mobile_verified_at: null })
    await dials(world, world.freshNumber(), ana, HANG_UP)
    expect(notices()).to.deep.equal([])
  })

  describe('leads to a page', () => {
    let message: Json
    let link: string

    beforeEach(async () => {
      await dials(world, from, ana, HANG_UP)
      message = (await inboxOf(ana))[0]
      link = linkIn(notices()[0])
    })

    it('that plays the voicemail to whoever has the link, and marks nothing as read', async () => {
      const page = await fetch(link)
      const text = await page.text()
      expect(page.status).to.equal(200)
      expect(text).to.include(`<h1>Voicemail for *${ana.username}</h1>`).and.to.include(masked(from))
      expect(text).to.include('0:05 min').and.to.include('<html lang="en">')
      const [, src = ''] = /<audio controls preload="none" src="([^"]+)"/.exec(text) ?? []
      const sound = await fetch(new URL(src, link), { headers: { Range: 'bytes=0-99' } })
      expect([sound.status, sound.headers.get('content-type')]).to.deep.equal([206, 'audio/x-wav'])
      await world.moveClock(3600)
      expect((await fetch(new URL(src, link))).status).to.equal(200)
      expect((await inboxOf(ana))[0].read).to.equal(false)
    })

    it('that lets nothing run, is kept nowhere, framed nowhere, and found by nobody', async () => {
      const page = await fetch(link)
      const csp = page.headers.get('content-security-policy') ?? ''
      expect(csp).to.include("default-src 'none'").and.to.include("frame-ancestors 'none'")
      expect(csp).not.to.include('unsafe')
      expect(csp).not.to.include('script')
      expect(Object.fromEntries(page.headers)).to.include({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex, nofollow',
      })
      const sound = await fetch(`${link}/sound`, { redirect: 'manual' })
      expect([sound.status, sound.headers.get('cache-control')]).to.deep.equal([303, 'no-store'])
    })

    it('that shows a name that looks like HTML as a name', async () => {
      await ana.knows('<script>alert("x")</script>', from)
      const text = await (await fetch(link)).text()
      expect(text).to.include('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;').and.not.include('<script')
    })

    it('that is gone with the message, at once', async () => {
      await ana.delete(`/inbox/${message.id}`)
      for (const address of [link, `${link}/sound`]) {
        const page = await fetch(address)
        const text = await page.text()
        expect(page.status, address).to.equal(410)
        expect(text).to.include('This voicemail has been deleted').and.not.include('<audio')
        expect(text).not.to.include(masked(from))
      }
    })

    it('that is there for seven days', async () => {
      await world.moveClock(7 * 86_400 - 60)
      expect((await fetch(link)).status).to.equal(200)
      await world.moveClock(61)
      const page = await fetch(link)
      expect(page.status).to.equal(410)
      expect(await page.text())
        .to.include('This link has expired')
        .and.not.include(masked(from))
      expect((await fetch(`${link}/sound`)).status).to.equal(410)
    })

    it('that cannot be guessed: any other link answers alike', async () => {
      const keys = await world.running.database.read(async ({ site }) => site.keys)
      const expiresAt = new Date(Date.now() + 60 * 86_400_000)
      const forged = {
        'another last letter': link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A'),
        'another first letter': `${link.slice(0, -48)}${link.at(-48) === 'A' ? 'B' : 'A'}${link.slice(-47)}`,
        shorter: link.slice(0, -1),
        longer: `${link}A`,
        'for another purpose': `${world.url}/v/${makeTicket(keys, 'another purpose', { id: message.id, expiresAt })}`,
        'not a ticket': `${world.url}/v/x`,
        'not readable': `${world.url}/v/%ff`,
      }
      for (const [what, address] of Object.entries(forged)) {
        const page = await fetch(address)
        expect([page.status, page.headers.get('content-type')], what).to.deep.equal([404, 'text/html; charset=utf-8'])
        expect(await page.text(), what).to.include('<h1>This link does not work</h1>')
      }
    })

    it('that answers to nothing but being looked at', async () => {
      const head = await fetch(link, { method: 'HEAD' })
      expect([head.status, await head.text()]).to.deep.equal([200, ''])
      const posted = await fetch(link, { method: 'POST', body: 'x' })
      expect([posted.status, posted.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD'])
      expect((await fetch(`${world.url}/v`)).status).to.equal(404)
    })

    it('that nobody can try without end', async () => {
      const headers = { 'X-Forwarded-For': '10.9.9.9' }
      const answers = []
      for (let time = 0; time < 61; time++) answers.push((await fetch(`${world.url}/v/x`, { headers })).status)
      expect([answers[59], answers[60]]).to.deep.equal([404, 429])
      const refused = await fetch(`${world.url}/v/x`, { headers })
      expect(refused.headers.get('retry-after')).to.match(/^[1-9]\d*$/)
    })
  })
})
