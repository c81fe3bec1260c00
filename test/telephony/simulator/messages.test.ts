import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { NoMedium } from '#simulator'
import { ACCOUNT, ANA, BO, OURS, openWorld, response, type World } from './world.ts'

describe('texts', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.sim.configureNumber(OURS, { smsUrl: `${world.app.url}/sms` })
    world.app.on('/sms', response())
  })
  afterEach(() => world.close())

  const send = (to: string, body: string) =>
    world.client.messages.create({ to, from: OURS, body, statusCallback: `${world.app.url}/delivery` })
  const refusal = (sent: Promise<unknown>) =>
    sent.then(
      () => null,
      (error: { code: number }) => error.code,
    )

  it('reaches Ana, and says when', async () => {
    const { sid, status } = await send(ANA, 'Your code is 204417')
    await world.advance(2)

    expect(status).to.equal('queued')
    expect(world.sim.handset(ANA).texts.map(({ body, from }) => [body, from])).to.eql([['Your code is 204417', OURS]])
    expect(world.told('/delivery', 'MessageStatus')).to.eql(['sent', 'delivered'])
    expect((await world.client.messages(sid).fetch()).status).to.equal('delivered')
  })

  it('does not reach a phone that is off', async () => {
    world.sim.handset(ANA).script({ undelivered: 30003 })
    await send(ANA, 'Hello?')
    await world.advance(2)
    expect(world.app.at('/delivery').at(-1)?.params).to.include({ MessageStatus: 'undelivered', ErrorCode: '30003' })
    expect(world.sim.handset(ANA).texts).to.eql([])
  })

  it('from Ana come to our webhook, whose reply goes back to her', async () => {
    world.app.on('/sms', ({ params }) => {
      return response(
        `<Message statusCallback="/delivery"><Body>You said ${params.Body}</Body><Media>/cat.png</Media></Message>`,
      )
    })
    world.sim.handset(ANA).text(OURS, 'hello')
    await world.advance(2)

    expect(world.app.at('/sms')[0]?.params).to.include({ Body: 'hello', NumMedia: '0', SmsStatus: 'received' })
    const [text] = world.sim.handset(ANA).texts
    expect([text?.body, text?.mediaUrls]).to.eql(['You said hello', [`${world.app.url}/cat.png`]])
    expect(world.told('/delivery', 'MessageStatus')).to.eql(['sent', 'delivered'])
  })

  it('bring pictures that are stored here, for whoever has the account, and missing for a while if need be', async () => {
    const file = new URL('fixtures/dot.gif', import.meta.url)
    world.sim.faults.recordings({ missingForSeconds: 5 })
    const sound = `data:audio/amr;base64,${Buffer.from('#!AMR').toString('base64')}`
    const sid = world.sim.handset(ANA).text(OURS, 'look', { mediaUrls: [file.href, sound] })
    await world.advance(2)
    const { params } = world.app.at('/sms')[0] ?? { params: {} as Record<string, string> }
    expect(params).to.include({ NumMedia: '2', MediaContentType0: 'image/gif', MediaContentType1: 'audio/amr' })
    expect(sid).to.match(/^MM/)
    const address = new RegExp(`^${world.sim.url}/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}/Media/ME[0-9a-f]{32}$`)
    expect(params.MediaUrl0).to.match(address)
    const [first = '', second = ''] = [params.MediaUrl0, params.MediaUrl1].map((url) => url?.split(`${ACCOUNT}/`)[1])

    expect((await world.rest(first)).status).to.equal(404)
    await world.advance(3)
    expect((await world.rest(first, { auth: 'nobody:knows' })).status).to.equal(401)
    const picture = await world.rest(first)
    expect(picture.headers.get('content-type')).to.equal('image/gif')
    expect(Buffer.from(await picture.arrayBuffer())).to.eql(readFileSync(file))
    expect(Buffer.from(await (await world.rest(second)).arrayBuffer()).toString()).to.equal('#!AMR')
    expect((await world.rest(first.replace(sid, `MM${'0'.repeat(32)}`))).status).to.equal(404)
    expect(() => world.sim.handset(ANA).text(OURS, '', { mediaUrls: ['https://example.com/dog.gif'] })).to.throw(
      NoMedium,
    )
  })

  it('are answered by a second document, when the first points there', async () => {
    world.app.on('/sms', response('<Redirect>/second</Redirect>'))
    world.app.on('/second', response('<Message>Second</Message>'))
    world.sim.handset(ANA).text(OURS, 'hello')
    await world.advance(2)
    expect(world.sim.handset(ANA).texts.map(({ body }) => body)).to.eql(['Second'])
  })

  it('stop with STOP, which is answered by the network and still told to us, and begin again with START', async () => {
    world.sim.handset(ANA).text(OURS, 'stop please')
    await world.advance(2)
    expect(await refusal(send(ANA, 'still allowed'))).to.equal(null)
    world.sim.handset(ANA).text(OURS, ' Stop ')
    await world.advance(2)
    expect(await refusal(send(ANA, 'not any more'))).to.equal(21610)
    expect(await refusal(send(BO, 'but to Bo'))).to.equal(null)
    world.sim.handset(ANA).text(OURS, 'START')
    await world.advance(2)

    expect(await refusal(send(ANA, 'again'))).to.equal(null)
    expect(world.told('/sms', 'Body')).to.eql(['stop please', ' Stop ', 'START'])
    expect(world.sim.handset(ANA).texts.map(({ body }) => body.slice(0, 32))).to.eql([
      'still allowed',
      'You have successfully been unsub',
      'You have successfully been re-su',
    ])
  })

  it('may be scheduled and cancelled, redacted and deleted', async () => {
    const later = await world.client.messages.create({
      to: ANA,
      from: OURS,
      body: 'Later',
      scheduleType: 'fixed',
      sendAt: new Date(world.sim.clock.now().getTime() + 3_600_000),
    })
    expect(later.status).to.equal('scheduled')
    expect((await world.client.messages(later.sid).update({ status: 'canceled' })).status).to.equal('canceled')
    await world.advance(4000)
    expect(world.sim.handset(ANA).texts).to.eql([])
    const sent = await send(ANA, 'secret')
    await world.advance(2)
    expect((await world.client.messages(sent.sid).update({ body: '' })).body).to.equal('')
    await world.client.messages(sent.sid).remove()
    expect(await refusal(world.client.messages(sent.sid).fetch())).to.equal(20404)
  })

  for (const [to, code] of [
    ['+15005550001', 21211],
    ['+15005550002', 21612],
    ['+15005550003', 21408],
    ['+15005550004', 21610],
    ['+15005550009', 21614],
    ['12345', 21211],
  ] as const) {
    it(`to ${to} are refused with ${code}`, async () => {
      const answer = await world.rest('Messages.json', { form: { To: to, From: OURS, Body: 'x' } })
      expect([answer.status, ((await answer.json()) as { code: number }).code]).to.eql([400, code])
    })
  }

  it('from numbers that are not ours, or whose queue is full, are refused', async () => {
    const from = (number: string) => refusal(world.client.messages.create({ to: ANA, from: number, body: 'x' }))
    expect(await from('+15005550006')).to.equal(null)
    expect(await from('+15005550007')).to.equal(21606)
    expect(await from('+15005550008')).to.equal(21611)
    expect(await from('+15559999999')).to.equal(21606)
  })

  it('of more than 1,600 characters are refused', async () => {
    expect(await refusal(send(ANA, 'x'.repeat(1601)))).to.equal(21617)
    expect(await refusal(send(ANA, 'x'.repeat(1600)))).to.equal(null)
  })
})
