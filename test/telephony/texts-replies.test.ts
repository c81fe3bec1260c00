import { expect } from 'chai'
import fc from 'fast-check'
import { isLoop, received } from '#domain/texts'
import { newId } from '#kit/id'
import * as signals from '#telephony/text-signals'
import { sameTime } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import { answer, handedOver, receivedBy, say, textsTo } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('Automatic replies', () => {
  let world: World
  let phone: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    phone = world.freshNumber()
    await sameTime(world)
  })

  const pauses = async () => {
    const all = await world.running.database.sql('events').where({ name: 'text.replies_paused' }).pluck('data')
    return all.filter((data) => data.phone === phone).map(({ reason }) => reason)
  }

  it('go out as texts, with what they are for', async () => {
    await answer(world, phone, '2 unread')
    await world.textsArrive()
    expect(receivedBy(world, phone)).to.deep.equal(['2 unread'])
    expect((await textsTo(world, phone))[0]).to.include({ purpose: 'reply', is_reply: true, status: 'delivered' })
  })

  it('to a machine that answers each of them end after fifteen, and rest for five minutes', async () => {
    let sent = 0
    for (let round = 0; round < 25; round++) if ((await answer(world, phone, `Reply ${round}`)) !== null) sent++
    await world.textsArrive()
    expect(sent).to.equal(15)
    expect(handedOver(world, phone)).to.have.lengthOf(15)
    expect(await pauses()).to.deep.equal(['loop'])

    await world.moveClock(290)
    expect(await answer(world, phone, 'Still quiet')).to.equal(null)
    await world.moveClock(20)
    expect(await answer(world, phone, 'Again')).not.to.equal(null)
    expect(await pauses()).to.deep.equal(['loop'])
  })

  it('that are asked for at the same moment are counted one by one', async () => {
    const asked = await Promise.all(Array.from({ length: 30 }, (_, index) => answer(world, phone, `Reply ${index}`)))
    expect(asked.filter((id) => id !== null)).to.have.lengthOf(15)
  })

  it('rest, and other texts do not: somebody else may still write', async () => {
    for (let round = 0; round < 16; round++) await answer(world, phone, `Reply ${round}`)
    expect(await answer(world, phone, 'Not this')).to.equal(null)
    await say(world, phone, 'But this')
    await world.textsArrive()
    expect(receivedBy(world, phone)).to.include('But this').and.not.include('Not this')
  })

  it('rest for an hour when the carrier has seen a loop', async () => {
    const id = await answer(world, phone, 'Hello')
    await world.settle()
    const form = { MessageSid: handedOver(world, phone)[0]?.sid ?? '', MessageStatus: 'failed', ErrorCode: '14107' }
    await knockSigned(world, `/webhooks/twilio/sms/status?text=${id}`, form, ACCOUNT.token)
    expect(await pauses()).to.deep.equal(['carrier'])
    await world.moveClock(3_500)
    expect(await answer(world, phone, 'Hello')).to.equal(null)
    await world.moveClock(200)
    expect(await answer(world, phone, 'Hello')).not.to.equal(null)
  })

  it('are not sent to who wants no texts', async () => {
    world.carrier.handset(phone).text(ACCOUNT.number, 'STOP')
    await world.textsArrive()
    expect(await answer(world, phone, 'Why?')).to.equal(null)
  })

  it('never come near what the carrier calls a loop, however they are spaced', () => {
    const start = new Date('2026-11-22T12:00:00Z').getTime()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 40, maxLength: 200, size: 'max' }), (gaps) => {
        let now = start
        let restUntil = 0
        const sent: number[] = []
        for (const gap of gaps) {
          now += gap * 1000
          if (now < restUntil) continue
          if (
            isLoop(
              new Date(now),
              sent
                .slice(-15)
                .reverse()
                .map((at) => new Date(at)),
            )
          )
            restUntil = now + 300_000
          else sent.push(now)
        }
        let inRow = 1
        for (const [index, at] of sent.entries()) {
          inRow = index > 0 && at - (sent[index - 1] ?? 0) < 30_000 ? inRow + 1 : 1
          expect(inRow).to.be.at.most(15)
          expect(sent.filter((other) => other <= at && other > at - 300_000).length).to.be.at.most(15)
        }
      }),
    )
  })
})

describe('A text that comes in', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  it('counts once, however often it is told and found', async () => {
    const { database } = world.running
    const phone = world.freshNumber()
    const carrierId = `SM${newId().replaceAll('-', '')}`
    const form = { MessageSid: carrierId, From: phone, To: ACCOUNT.number, Body: 'Hello' }
    const tell = () => knockSigned(world, '/webhooks/twilio/sms', form, ACCOUNT.token)
    const find = () =>
      signals.texted(database, { carrierId, from: phone, to: ACCOUNT.number, body: 'Hello', media: [] })
    await Promise.all([tell(), find(), tell(), find()])
    await tell()
    const rows = await database.sql('texts').where({ carrier_id: carrierId })
    expect(rows).to.have.lengthOf(1)
    const events = await database.sql('events').where({ name: 'text.received' }).pluck('data')
    expect(events.filter((data) => data.phone === phone)).to.deep.equal([{ text_id: rows[0].id, phone, keyword: null }])
    const text = await database.read((view) => received(view, rows[0].id))
    expect(text).to.include({ phone, ourNumber: ACCOUNT.number, body: 'Hello', mediaCount: 0, keyword: null })
  })

  it('without a proper id is answered and forgotten', async () => {
    const form = { MessageSid: 'x', From: '+15550009999', To: ACCOUNT.number, Body: 'Hello' }
    expect(await knockSigned(world, '/webhooks/twilio/sms', form, ACCOUNT.token)).to.equal(200)
    expect(await world.running.database.sql('texts').where({ phone: '+15550009999' })).to.deep.equal([])
  })
})
