import { expect } from 'chai'
import { ANA, OURS, openWorld, response, type World } from './world.ts'

const TEMPLATE = `HX${'0'.repeat(31)}1`
const THEIRS = `whatsapp:${ANA}`
const US = `whatsapp:${OURS}`

describe('WhatsApp', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld({ whatsApp: { templates: { [TEMPLATE]: '{{1}} is your code.' } } })
    world.sim.configureNumber(OURS, { smsUrl: `${world.app.url}/sms` })
    world.app.on('/sms', response())
  })
  afterEach(() => world.close())

  const send = (what: Record<string, string>, to = THEIRS, from = US) =>
    world.client.messages.create({ to, from, statusCallback: `${world.app.url}/delivery`, ...what })
  const code = (variables = '{"1":"0204"}') => ({ contentSid: TEMPLATE, contentVariables: variables })
  const refusal = (sent: Promise<unknown>) =>
    sent.then(
      () => null,
      (error: { code: number }) => error.code,
    )
  const ana = () => world.sim.handset(ANA)

  it('takes a template, fills it in, and keeps it apart from texts', async () => {
    const { sid, from, to } = await send(code())
    await world.advance(2)
    expect([from, to]).to.eql([US, THEIRS])
    expect(ana().whatsApps.map((one) => [one.from, one.body])).to.eql([[OURS, '0204 is your code.']])
    expect(ana().texts).to.eql([])
    expect(world.told('/delivery', 'MessageStatus')).to.eql(['sent', 'delivered'])
    expect(world.app.at('/delivery').at(-1)?.params).to.include({ ChannelPrefix: 'whatsapp', EventType: 'DELIVERED' })
    expect((await world.client.messages.list({ to: THEIRS })).map((one) => one.sid)).to.eql([sid])
    expect(await world.client.messages.list({ to: ANA })).to.eql([])
  })

  it('says when something was read', async () => {
    ana().script({ readsAfter: 5 })
    const { sid } = await send(code())
    await world.advance(7)
    expect(world.told('/delivery', 'MessageStatus')).to.eql(['sent', 'delivered', 'read'])
    expect((await world.client.messages(sid).fetch()).status).to.equal('read')
  })

  it('takes free text only within a day after a person has written', async () => {
    await send({ body: 'Hello' })
    await world.advance(2)
    expect(world.app.at('/delivery').at(-1)?.params).to.include({ MessageStatus: 'failed', ErrorCode: '63016' })
    ana().whatsApp(OURS, 'Hi')
    await world.advance(1)
    expect(world.app.at('/sms')[0]?.params).to.include({ From: THEIRS, To: US, Body: 'Hi', WaId: ANA.slice(1) })
    await send({ body: 'Hello' })
    await world.advance(2)
    expect(ana().whatsApps.map(({ body }) => body)).to.eql(['Hello'])
    await world.advance(86_400)
    await send({ body: 'Hello again' })
    await world.advance(2)
    expect(ana().whatsApps).to.have.lengthOf(1)
  })

  it('does not reach who has none, or will not have it', async () => {
    ana().script({ noWhatsApp: true })
    await send(code())
    await world.advance(2)
    expect(world.app.at('/delivery').at(-1)?.params).to.include({ MessageStatus: 'undelivered', ErrorCode: '63024' })
    ana().script({ whatsAppUndelivered: 63032 })
    await send(code())
    await world.advance(2)
    expect(world.app.at('/delivery').at(-1)?.params.ErrorCode).to.equal('63032')
    expect(ana().whatsApps).to.eql([])
    await send(code(), 'whatsapp:+15551230008')
    await world.advance(2)
    expect(world.app.at('/delivery').at(-1)?.params.ErrorCode).to.equal('63024')
  })

  it('refuses what is mixed up', async () => {
    expect(await refusal(send(code(), ANA, US))).to.equal(21910)
    expect(await refusal(send(code(), THEIRS, OURS))).to.equal(21910)
    expect(await refusal(send(code(), THEIRS, 'whatsapp:+15550000099'))).to.equal(63007)
    expect(await refusal(send({ contentSid: `HX${'9'.repeat(32)}` }))).to.equal(21655)
    expect(await refusal(send({ body: 'x', contentVariables: '{}' }))).to.equal(21654)
    expect(await refusal(send(code('{"2":"x"}')))).to.equal(21656)
    expect(await refusal(send(code('{')))).to.equal(21656)
  })

  it('knows nothing of STOP', async () => {
    ana().whatsApp(OURS, 'STOP')
    await world.advance(1)
    await send(code())
    await world.advance(2)
    expect(ana().whatsApps).to.have.lengthOf(1)
    expect(ana().texts).to.eql([])
  })
})
