import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { ANA, OURS, openWorld, response, type World } from './world.ts'

describe('the control API', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    await ask('PUT', `/numbers/${OURS}`, { voiceUrl: `${world.app.url}/voice`, smsUrl: `${world.app.url}/sms` })
    world.app.on('/voice', response('<Gather numDigits="1" action="/key"/>')).on('/sms', response())
    world.app.on('/key', response('<Pause length="60"/>'))
  })
  afterEach(() => world.close())

  async function ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(world.sim.controlUrl + path, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('says what there is', async () => {
    const { body } = await ask('GET', '/')
    expect(JSON.stringify(body)).to.include('/handsets/:name/dial')
  })

  it('is described in full', async () => {
    const text = await readFile(join(import.meta.dirname, '../../../docs/phone-network.md'), 'utf8')
    const { routes } = (await ask('GET', '/')).body as { routes: string[] }
    expect(routes).to.have.length.above(20)
    for (const route of routes) expect(text).to.include(`\`${route.split(' – ')[0]}\``)
  })

  it('lets another process play a person: dial, press, text, hang up', async () => {
    const { body } = await ask('POST', `/handsets/${encodeURIComponent(ANA)}/dial`, { to: OURS })
    await ask('POST', '/clock', { advance_seconds: 1 })
    await ask('POST', `/handsets/${ANA}/press`, { digits: '7' })
    await ask('POST', `/handsets/${ANA}/text`, { to: OURS, body: 'Hello' })
    await ask('POST', '/settle')
    await ask('POST', `/handsets/${ANA}/hang-up`)

    expect(world.told('/key', 'Digits')).to.eql(['7'])
    expect(world.told('/sms', 'Body')).to.eql(['Hello'])
    const timeline = (await ask('GET', `/calls/${body.call_sid}/timeline`)).body as unknown as { what: string }[]
    expect(timeline.map(({ what }) => what)).to.include.members(['created', 'gather', 'digits', 'completed'])
    expect((await ask('GET', '/calls')).body).to.have.length(1)
  })

  it('scripts a phone', async () => {
    const set = await ask('PUT', `/handsets/${ANA}`, '{"answer":{"after":4},"then":[{"wait":3,"hangUp":true}]}')
    expect(set.status).to.equal(200)
    await world.call(ANA)
    await world.advance(8)
    expect((await ask('GET', `/handsets/${ANA}`)).body.calls).to.have.length(1)
    expect(world.sim.calls()[0]?.status).to.equal('completed')
  })

  it('throws switches and starts anew', async () => {
    await ask('PUT', '/faults', { rest: { status500: 1 }, callbacks: { duplicate: 1 }, transcriptions: 'never' })
    expect((await world.rest('Calls.json')).status).to.equal(500)
    await world.rest('Calls.json?Colour=red')
    expect((await ask('GET', '/violations')).body).to.have.length(1)
    await ask('POST', '/reset')
    expect((await ask('GET', '/faults')).body.transcriptions).to.equal('late')
    expect((await ask('GET', '/violations')).body).to.eql([])
    expect((await world.client.incomingPhoneNumbers.list()).map(({ phoneNumber }) => phoneNumber)).to.eql([OURS])
  })

  it('tells what became of a text and of a room as well', async () => {
    const { body } = await ask('POST', `/handsets/${ANA}/text`, { to: OURS, body: 'Hello' })
    await ask('POST', '/settle')
    const timeline = (await ask('GET', `/timelines/${body.message_sid}`)).body as unknown as { what: string }[]
    expect(timeline.map(({ what }) => what)).to.eql(['message', 'fetch'])
  })

  it('is not for web pages, which reach this machine through their visitors', async () => {
    const answer = await fetch(`${world.sim.controlUrl}/reset`, {
      method: 'POST',
      headers: { origin: 'https://example.com' },
    })
    expect(answer.status).to.equal(403)
  })

  for (const [method, path, body, status] of [
    ['GET', '/nothing', undefined, 404],
    ['DELETE', '/calls', undefined, 405],
    ['PUT', `/handsets/${ANA}`, { anwser: { after: 2 } }, 400],
    ['PUT', `/handsets/${ANA}`, { answer: { after: 'soon' } }, 400],
    ['PUT', `/handsets/${ANA}`, { steps: [{ press: 'x' }] }, 400],
    ['PUT', `/handsets/${ANA}`, '{', 400],
    ['PUT', `/handsets/${ANA}`, '5', 400],
    ['POST', `/handsets/${ANA}/dial`, { to: '+15559999999' }, 404],
    ['POST', `/handsets/${ANA}/text`, { to: '+15559999999', body: 'x' }, 404],
    ['POST', `/handsets/${ANA}/dial`, {}, 400],
    ['POST', `/handsets/${ANA}/press`, { digits: '1' }, 404],
    ['POST', '/clock', { advance_seconds: -1 }, 400],
    ['PUT', '/faults', { callbacks: { loose: 1 } }, 400],
    ['PUT', '/faults', { transcriptions: 'soon' }, 400],
    ['PUT', '/numbers/+15559999999', { smsUrl: null }, 404],
    ['PUT', `/numbers/${OURS}`, { smsUrl: 'not a url' }, 400],
    ['GET', '/calls/CA0/timeline', undefined, 404],
    ['GET', '/timelines/SM0', undefined, 404],
    ['GET', '/handsets/%zz', undefined, 400],
  ] as const) {
    it(`answers ${status} to ${method} ${path} ${JSON.stringify(body) ?? ''}`, async () => {
      const answer = await ask(method, path, body)
      expect(answer.status).to.equal(status)
      expect(answer.body.error).to.be.a('string')
    })
  }
})
