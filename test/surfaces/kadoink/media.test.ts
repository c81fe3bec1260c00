import { expect } from 'chai'
import { refusal } from '#test/kadoink-refusals'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import type { Answer, Json, Person, Visitor } from '#test/people'
import { World } from '#test/world'

const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'

describe('Media', () => {
  let world: World
  let ana: Person
  let bo: Person
  let visitor: Visitor
  let file: Json
  let sound: Uint8Array

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    visitor = world.visitor()
    await leaveVoicemail(world, ana, [bo.mobile])
    file = (await ana.get('/inbox')).body.items[0].media[0]
    sound = await bytes(file.stream_url)
  })
  after(() => world.end())

  async function bytes(url: string, headers: Record<string, string> = {}): Promise<Uint8Array> {
    return new Uint8Array(await (await fetch(url, { headers })).arrayBuffer())
  }
  const fresh = async (person = ana): Promise<Answer> => person.post(`/files/${file.file_id}/stream-token`)
  const withTicket = (token: string, id = file.file_id): Promise<Answer> =>
    visitor.get(`/files/${id}/stream?token=${token}`)

  it('play from their address without another token, as sound and nothing else', async () => {
    const answer = await fetch(file.stream_url)
    expect(answer.status).to.equal(200)
    expect(sound).to.have.length(file.size_bytes)
    expect(sound.length).to.be.above(1000)
    expect(Object.fromEntries(answer.headers)).to.include({
      'content-type': file.content_type,
      'content-length': String(file.size_bytes),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    expect(answer.headers.get('cache-control')).to.match(/^private/)
  })

  it('play for their owner by bearer token', async () => {
    const { token } = ana
    const played = await bytes(`${world.url}/api/v1/files/${file.file_id}/stream`, { Authorization: `Bearer ${token}` })
    expect(played).to.deep.equal(sound)
  })

  it('play in part, as a player asks for it', async () => {
    const last = sound.length - 1
    for (const [range, start, end] of [
      ['bytes=0-99', 0, 99],
      ['bytes=100-', 100, last],
      ['bytes=-50', last - 49, last],
      ['bytes=10-999999999', 10, last],
      [`bytes=-${sound.length + 10}`, 0, last],
      [`bytes=${last}-${last}`, last, last],
    ] as const) {
      const answer = await fetch(file.stream_url, { headers: { Range: range } })
      expect(answer.status, range).to.equal(206)
      expect(answer.headers.get('content-range')).to.equal(`bytes ${start}-${end}/${sound.length}`)
      expect(new Uint8Array(await answer.arrayBuffer())).to.deep.equal(sound.slice(start, end + 1))
    }
  })

  it('refuse a part beyond their end, and ignore a range that makes no sense', async () => {
    const path = `/files/${file.file_id}/stream`
    for (const Range of [`bytes=${sound.length}-`, 'bytes=-0', 'bytes=99999999999999999999-']) {
      expect(refusal(await ana.get(path, { Range })), Range).to.equal('416 range_not_satisfiable')
    }
    for (const Range of ['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', '']) {
      const answer = await fetch(file.stream_url, { headers: { Range } })
      expect([answer.status, (await answer.arrayBuffer()).byteLength], Range).to.deep.equal([200, sound.length])
    }
  })

  it('tell their size to who asks only for the head', async () => {
    const answer = await fetch(file.stream_url, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length')]).to.deep.equal([200, String(sound.length)])
    expect(await answer.text()).to.equal('')
  })

  it('get a fresh address, by POST and by GET', async () => {
    for (const answer of [await fresh(), await ana.get(`/files/${file.file_id}/stream-token`)]) {
      expect(answer.status).to.equal(200)
      expect(answer.body).to.include({ file_id: file.file_id })
      expect(answer.body.stream_url).to.include(answer.body.token)
      expect(await bytes(answer.body.stream_url)).to.deep.equal(sound)
    }
  })

  it('play from an address for a quarter of an hour', async () => {
    const { token, expires_at } = (await fresh()).body
    await world.moveClock(840)
    expect((await withTicket(token)).status).to.equal(200)
    await world.moveClock(61)
    expect(refusal(await withTicket(token))).to.equal('401 stream_token_expired')
    const next = (await fresh()).body
    expect(Date.parse(next.expires_at)).to.be.above(Date.parse(expires_at))
    expect((await withTicket(next.token)).status).to.equal(200)
  })

  it('play from no address that was tampered with, or made for another file', async () => {
    const { token } = (await fresh()).body
    const [head, , signature] = token.split('.')
    const claims = { sub: file.file_id, own: ana.user.id, exp: 9_999_999_999 }
    const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const forgeries = {
      'another signature': `${token.slice(0, -4)}AAAA`,
      'other claims': `${head}.${coded(claims)}.${signature}`,
      'no algorithm': `${coded({ alg: 'none', typ: 'JWT' })}.${coded(claims)}.`,
      'not a token': 'x',
      nothing: '',
      'a session token': String(ana.token),
    }
    for (const [why, forged] of Object.entries(forgeries)) {
      expect(refusal(await withTicket(forged)), why).to.equal('401 stream_token_invalid')
    }
    expect(refusal(await withTicket(token, UNKNOWN))).to.equal('401 stream_token_invalid')
    expect(refusal(await visitor.get(`/files/${file.file_id}/stream`))).to.equal('401 stream_token_invalid')
    expect(refusal(await ana.get(`/files/${file.file_id}/stream?token=x`))).to.equal('401 stream_token_invalid')
  })

  it('of others answer as if they were not there', async () => {
    for (const method of ['POST', 'GET'] as const) {
      const foreign = await bo.ask(method, `/files/${file.file_id}/stream-token`)
      expect(refusal(foreign)).to.equal('404 not_found')
      expect(foreign.body).to.deep.equal((await bo.ask(method, `/files/${UNKNOWN}/stream-token`)).body)
    }
    expect(refusal(await bo.get(`/files/${file.file_id}/stream`))).to.equal('404 not_found')
    expect(refusal(await bo.get(`/files/${UNKNOWN}/stream`))).to.equal('404 not_found')
  })

  it('show nothing to a token that is no good', async () => {
    const answer = await visitor.get(`/files/${file.file_id}/stream`, { Authorization: 'Bearer kdk_no' })
    expect(refusal(answer)).to.equal('401 unauthorized')
  })
})
