import { createDecipheriv, createHash } from 'node:crypto'
import { expect } from 'chai'
import { codeAt, freshPhone, Project } from '#test/kodmobi'
import type { Answer, Json } from '#test/people'
import { World } from '#test/world'

describe('A project that sends codes and checks them itself', () => {
  let world: World
  let project: Project

  before(async () => {
    world = await World.start({}, { isOneTime: true })
    project = await Project.begin(world)
  })
  after(() => world.end())

  const send = (asked: Json, headers: Record<string, string> = {}): Promise<Answer> =>
    project.askAsServer('/manual/send', { method: 'POST', asked, headers })

  /** What a code is that only the holder of the secret key can read. */
  function read(sealed: string): string {
    const bytes = Buffer.from(sealed.replace('aes_256_cbc_', ''), 'hex')
    const key = createHash('sha256').update(project.secretKey).digest('base64').slice(0, 32)
    const decipher = createDecipheriv('aes-256-cbc', Buffer.from(key), bytes.subarray(0, 16))
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString()
  }

  it('learns the code, encrypted with its secret key, and what has become of the message', async () => {
    const phone = freshPhone()
    const { status, body } = await send({ to: phone, channel: 'sms' })
    expect([status, body.message]).to.deep.equal([200, 'The message is on its way.'])
    const code = await codeAt(world, phone)
    expect(code)
      .to.match(/^\d{4}$/)
      .and.equal(read(body.code))
    await world.pass(5)
    const told = await project.askAsServer(`/manual/message/${body.message_id}`)
    expect(told.body).to.deep.equal([{ id: body.message_id, channel: 'sms', status: 'delivered', error: null }])
  })

  it('may bring the code, which no session knows', async () => {
    const phone = freshPhone()
    const { body } = await send({ to: `+${phone}`, channel: 'sms', code: project.encrypted('90210') })
    expect([await codeAt(world, phone), read(body.code)]).to.deep.equal(['90210', '90210'])
    expect((await project.ask('/session/channels', { asked: { session_id: body.message_id } })).status).to.equal(404)
    expect((await send({ to: freshPhone(), channel: 'sms', code: '123' })).body.errors).to.have.keys('code')
  })

  it('sends once however often it asks under one key, and by a channel once in a minute without', async () => {
    const phone = freshPhone()
    const key = { 'Idempotency-Key': `key-${phone}` }
    const first = await send({ to: phone, channel: 'sms' }, key)
    const second = await send({ to: phone, channel: 'sms' }, key)
    expect(second.body).to.deep.equal(first.body)
    const third = await send({ to: phone, channel: 'sms' })
    expect([third.status, third.body.sys_message, third.body.error_params]).to.deep.equal([
      429,
      'ERROR_MESSAGE_ATTEMPT',
      { timeout: 60 },
    ])
    const other = await send({ to: phone, channel: 'sms', code: '1234' }, key)
    expect([other.status, other.body.sys_message]).to.deep.equal([409, 'ERROR_BAD_REQUEST'])
    await world.textsArrive()
    expect(world.carrier.handset(`+${phone}`).texts).to.have.length(1)
  })

  it('knows its channels and who carries them, and no provider but those', async () => {
    const { body } = await project.askAsServer('/manual/channels')
    const sms = body.find(({ type }: Json) => type === 'sms')
    expect(sms).to.deep.equal({
      name: 'SMS',
      type: 'sms',
      providers: [{ id: 'sms', name: 'Kadoink', type: 'sms', is_system: true }],
    })
    const by = (provider_id: string) => send({ to: freshPhone(), channel: 'sms', provider_id })
    expect((await by('sms')).status).to.equal(200)
    expect((await by('pigeons')).body.errors).to.have.keys('provider_id')
    const few = await Project.begin(world, { channels: ['email'] })
    const refused = await few.askAsServer('/manual/send', {
      method: 'POST',
      asked: { to: 'a@b.example', channel: 'sms' },
    })
    expect(refused.body.sys_message).to.equal('ERROR_PROJECT_HAS_NO_CHANNEL')
  })

  it('knows of no channel that the server has not got', async () => {
    const bare = await World.start({ WHATSAPP_FROM: '' })
    try {
      const shop = await Project.begin(bare)
      const { body } = await shop.askAsServer('/manual/channels')
      expect(body.map(({ type }: Json) => type)).to.deep.equal(['sms', 'telegram', 'email'])
    } finally {
      await bare.end()
    }
  })

  it('knows of no messages but its own', async () => {
    const { body } = await send({ to: freshPhone(), channel: 'sms' })
    const stranger = await Project.begin(world)
    for (const [who, id] of [
      [stranger, body.message_id],
      [project, body.message_id + 1000],
      [project, '0'],
      [project, '-1'],
      [project, 'x'],
      [project, '1e3'],
      [project, '9'.repeat(15)],
      [project, '9'.repeat(40)],
      [project, '%00'],
    ] as const) {
      const { status, body: said } = await who.askAsServer(`/manual/message/${id}`)
      expect([status, said.sys_message], String(id)).to.deep.equal([404, 'ERROR_MESSAGE_NOT_FOUND'])
    }
    expect((await project.ask(`/manual/message/${body.message_id}`)).status, 'by the public key').to.equal(403)
  })

  it('names where it is to be told, by http and by nothing else', async () => {
    for (const callback_url of [
      'ftp://a.example',
      'javascript:alert(1)',
      'nowhere',
      `https://a.example/${'x'.repeat(3000)}`,
    ]) {
      const { status, body } = await send({ to: freshPhone(), channel: 'sms', callback_url })
      expect([status, Object.keys(body.errors)], callback_url.slice(0, 30)).to.deep.equal([400, ['callback_url']])
    }
    expect(
      (await send({ to: freshPhone(), channel: 'sms', callback_url: 'https://shop.example/told' })).status,
    ).to.equal(200)
  })
})
