import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { z } from 'zod'
import type { Endpoint } from '#kit/endpoint'
import { openApi } from '#kit/openapi'
import { UploadRoom } from '#kit/upload-room'
import { type FormPart, formOf, RAW_FORM, rawForm, SlowRequest } from '#test/forms'
import { Place } from '#test/kit-place'
import { small } from '#test/kit-surface'
import { Gate } from '#test/realtime-surface'

const MB = 1024 * 1024
const common = { method: 'POST', tag: 'Files', status: 200, auth: 'named', limit: 'plenty' } as const
const Told = z.object({
  body: z.unknown(),
  bytes: z.number().nullable(),
  sha256: z.string(),
  type: z.string(),
  name: z.string(),
})

/** What the handlers wait for before they answer, once. */
const waits: Promise<void>[] = []
let reached = new Gate()

function tell(body: unknown, file: { bytes: Buffer; declaredType: string; name: string | null } | null) {
  const sha256 = file ? createHash('sha256').update(file.bytes).digest('hex') : ''
  return { body, bytes: file?.bytes.length ?? null, sha256, type: file?.declaredType ?? '', name: file?.name ?? '' }
}

const note = small.endpoint({
  ...common,
  path: '/notes',
  summary: 'Write, with a photo or without',
  body: z.object({
    text: z.string().min(1).max(20),
    loud: z.boolean().default(false),
    size: z.number().int().max(9).nullable().optional(),
    word: z.enum(['one', 'two']).optional(),
  }),
  uploads: { media: { maxBytes: 5 * MB, types: ['image/png'], description: 'A photo.' } },
  reply: Told,
  async handle({ body, files }) {
    reached.open()
    await waits.shift()
    return tell(body, files.media)
  },
})

const picture = small.endpoint({
  ...common,
  path: '/picture',
  summary: 'A picture',
  uploads: { file: { maxBytes: 100, isRequired: true } },
  reply: Told,
  handle: async ({ files: { file } }) => tell(null, file),
})

let written = 0
let stored = 0
const kept = small.endpoint({
  ...common,
  path: '/kept',
  summary: 'Keep a file, once',
  mode: 'manual',
  idempotent: true,
  status: 201,
  again: 202,
  body: z.object({ text: z.string().default('') }),
  uploads: { file: { maxBytes: 100, isRequired: true } },
  reply: z.object({ written: z.number() }),
  async handle({ commit, body }) {
    stored++
    await waits.shift()
    return commit(async (unit) => {
      await unit.sql('notes').insert({ text: `${body.text} ${++written}` })
      return { written }
    })
  },
})

const endpoints: readonly Endpoint[] = [note, picture, kept]

describe('A form with files', () => {
  let place: Place

  before(async () => {
    place = await Place.open(endpoints)
  })
  after(() => place.close())
  beforeEach(() => {
    reached = new Gate()
  })
  afterEach(() => expect(place.uploads.held).to.deep.equal({ uploads: 0, bytes: 0 }))

  const send = (path: string, form: FormData | Buffer, { as = 'Ana', headers = {} }: Sending = {}) =>
    place.send('POST', `/small${path}`, form, { Authorization: `Bearer ${as}`, ...headers })
  const sendNote = (parts: Readonly<Record<string, FormPart>>, sending?: Sending) =>
    send('/notes', formOf(parts), sending)
  const raw = (path: string, ...parts: readonly (string | Buffer)[]) =>
    send(path, rawForm(...parts), { headers: RAW_FORM })
  const PART = 'Content-Disposition: form-data; name='

  describe('is read', () => {
    it('byte for byte, whatever the bytes are, with its name and what it says it is', async () => {
      const bytes = Buffer.concat([randomBytes(2 * MB), Buffer.from('\r\n--edge\r\n--edge--'), randomBytes(MB)])
      const { status, body } = await sendNote({
        text: 'look',
        media: { bytes, name: 'a/b/cat.png', type: 'Image/PNG' },
      })
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect(status).to.equal(200)
      expect(body).to.deep.equal({
        body: { text: 'look', loud: false },
        bytes: bytes.length,
        sha256,
        type: 'image/png',
        name: 'cat.png',
      })
    })

    it('of exactly as many bytes as may be', async () => {
      expect((await sendNote({ text: 'look', media: randomBytes(5 * MB) })).body.bytes).to.equal(5 * MB)
    })

    it('with text as the schema wants it: booleans and numbers are written out', async () => {
      const { body } = await sendNote({ text: 'true', loud: 'true', size: '-7', word: 'two', whatever: 'else' })
      expect(body.body).to.deep.equal({ text: 'true', loud: true, size: -7, word: 'two' })
      expect(body.bytes).to.equal(null)
    })

    it('as JSON where no file is needed', async () => {
      const { status, body } = await place.ask('POST', '/small/notes', { as: 'Ana', body: { text: 'hi', loud: true } })
      expect([status, body.body, body.bytes]).to.deep.equal([200, { text: 'hi', loud: true }, null])
    })

    it('without a file where a browser has sent the part of one that was not chosen', async () => {
      const empty = `${PART}"media"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n`
      const { status, body } = await raw('/notes', `${PART}"text"\r\n\r\nhi`, empty)
      expect([status, body.bytes]).to.deep.equal([200, null])
    })

    it('with a file that has no name, and no folder or control character in one that has', async () => {
      const nameless = await raw('/notes', `${PART}"text"\r\n\r\nhi`, `${PART}"media"\r\n\r\nbytes`)
      expect([nameless.status, nameless.body.bytes, nameless.body.name]).to.deep.equal([200, 5, ''])
      const odd = `${PART}"media"; filename*=utf-8''..%2F..%2Fa%00%1Bb%C3%A4.png\r\n\r\nbytes`
      expect((await raw('/notes', `${PART}"text"\r\n\r\nhi`, odd)).body.name).to.equal('abä.png')
    })
  })

  describe('is refused', () => {
    const fieldsOf = async (answer: ReturnType<typeof send>) => {
      const { status, body } = await answer
      return [status, body.fields]
    }
    const errorOf = async (answer: ReturnType<typeof send>) => {
      const { status, body } = await answer
      return [status, body.error]
    }

    it('when its text is not what the schema wants, in the same words as JSON', async () => {
      const [status, fields] = await fieldsOf(sendNote({ text: '', loud: 'yes', size: '1e1', word: 'three' }))
      expect(status).to.equal(422)
      expect(Object.keys(fields)).to.have.members(['text', 'loud', 'size', 'word'])
      expect(await fieldsOf(sendNote({ media: Buffer.from('x') }))).to.deep.equal([
        422,
        { text: 'This field is required.' },
      ])
    })

    it('when a file is one byte too large', async () => {
      expect(await errorOf(sendNote({ text: 'hi', media: randomBytes(5 * MB + 1) }))).to.deep.equal([
        413,
        'payload_too_large',
      ])
      expect(await errorOf(send('/picture', formOf({ file: randomBytes(101) })))).to.deep.equal([
        413,
        'payload_too_large',
      ])
    })

    it('before all of it is read, when more is announced than can be taken', async () => {
      const slow = new SlowRequest(place.address('/small/notes'), {
        Authorization: 'Bearer Ana',
        ...RAW_FORM,
        'Content-Length': String(100 * MB),
      })
      await place.heard(slow, /payload_too_large/)
      expect(slow.heard).to.match(/^HTTP\/1\.1 413 /)
      slow.socket.destroy()
    })

    it('before all of it is read, when more comes than was announced', async () => {
      const slow = new SlowRequest(place.address('/small/picture'), {
        Authorization: 'Bearer Ana',
        ...RAW_FORM,
        'Transfer-Encoding': 'chunked',
      })
      const chunk = Buffer.concat([Buffer.from(`--edge\r\n${PART}"file"\r\n\r\n`), randomBytes(200)])
      slow.socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]))
      await place.heard(slow, /payload_too_large/)
      expect(slow.heard).to.match(/^HTTP\/1\.1 413 /)
      slow.socket.destroy()
    })

    it('when there is a file where none is taken, or two of one name, or the one that is needed is missing', async () => {
      expect(await fieldsOf(sendNote({ text: 'hi', photo: Buffer.from('x') }))).to.deep.equal([
        422,
        { photo: 'No file is taken here.' },
      ])
      const twice = formOf({ media: Buffer.from('x') })
      twice.append('media', new Blob(['y']))
      expect(await fieldsOf(send('/notes', twice))).to.deep.equal([422, { media: 'Send it once.' }])
      const words = formOf({ text: 'one' })
      words.append('text', 'two')
      expect(await fieldsOf(send('/notes', words))).to.deep.equal([422, { text: 'Send it once.' }])
      expect(await fieldsOf(send('/picture', formOf({ text: 'hi' })))).to.deep.equal([
        422,
        { file: 'This field is required.' },
      ])
    })

    it('when the endpoint needs a file and gets something else, or takes none', async () => {
      const wanted = [415, 'unsupported_media_type']
      const json = await place.ask('POST', '/small/picture', { as: 'Ana', body: {} })
      expect([json.status, json.body.error]).to.deep.equal(wanted)
      expect(
        await errorOf(send('/picture', Buffer.from('x'), { headers: { 'Content-Type': 'image/png' } })),
      ).to.deep.equal(wanted)
      expect(
        await errorOf(send('/notes', Buffer.from('x'), { headers: { 'Content-Type': 'image/png' } })),
      ).to.deep.equal(wanted)
      const squeezed = { ...RAW_FORM, 'Content-Encoding': 'gzip' }
      expect(await errorOf(send('/notes', rawForm(), { headers: squeezed }))).to.deep.equal(wanted)
    })

    it('when it is malformed, or ends before its end', async () => {
      const asked: readonly [Buffer, Record<string, string>?][] = [
        [Buffer.from('')],
        [Buffer.from('no form at all')],
        [rawForm(`${PART}"text"\r\n\r\nhi`).subarray(0, -10)],
        [Buffer.from(`--edge\r\n${PART}"media"; filename="x"\r\n\r\nhalf a file`)],
        [Buffer.from(`--edge\r\n${PART}"med`)],
        [rawForm(`${PART}"text"\r\n\r\nhi`), { 'Content-Type': 'multipart/form-data' }],
        [rawForm(`${PART}"text"\r\n\r\nhi`), { 'Content-Type': 'multipart/form-data; boundary=""' }],
        [rawForm('Content-Disposition: form-data\r\n\r\nhi')],
      ]
      for (const [bytes, headers = RAW_FORM] of asked) {
        expect(await errorOf(send('/notes', bytes, { headers })), bytes.toString()).to.deep.equal([400, 'bad_request'])
      }
    })

    it('when its text cannot be stored', async () => {
      expect(await fieldsOf(sendNote({ text: 'a\u0000b' }))).to.deep.equal([
        422,
        { text: 'A null character cannot be stored.' },
      ])
      const bad = Buffer.concat([Buffer.from(`${PART}"text"\r\n\r\n`), Buffer.of(0xc3, 0x28)])
      expect(await errorOf(raw('/notes', bad))).to.deep.equal([400, 'bad_request'])
    })

    it('when its text, its parts or their headers are too many', async () => {
      expect(await errorOf(sendNote({ text: 'x'.repeat(1025) }))).to.deep.equal([413, 'payload_too_large'])
      expect(await errorOf(sendNote({ text: 'hi', unknown: 'x'.repeat(1025) }))).to.deep.equal([
        413,
        'payload_too_large',
      ])
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, 'x']))
      expect(await errorOf(sendNote(many))).to.deep.equal([413, 'payload_too_large'])
      const headers = Array.from({ length: 100 }, (_, index) => `X-${index}: ${'x'.repeat(90)}\r\n`).join('')
      expect(await errorOf(raw('/notes', `${headers}${PART}"text"\r\n\r\nhi`))).to.deep.equal([
        422,
        'validation_failed',
      ])
    })

    it('and no name of a part makes something of the form that it is not', async () => {
      const { status, body } = await sendNote({ text: 'hi', ['__proto__']: 'x', constructor: 'y' })
      expect([status, body.body]).to.deep.equal([200, { text: 'hi', loud: false }])
      expect(await fieldsOf(sendNote({ text: 'hi', constructor: Buffer.from('x') }))).to.deep.equal([
        422,
        { constructor: 'No file is taken here.' },
      ])
    })
  })

  describe('that is cut off', () => {
    it('by a reset in the middle leaves nothing held, and the server as it was', async () => {
      for (let time = 0; time < 3; time++) {
        const slow = new SlowRequest(place.address('/small/notes'), {
          Authorization: 'Bearer Ana',
          ...RAW_FORM,
          'Content-Length': String(4 * MB),
        })
        slow.socket.write(Buffer.concat([Buffer.from(`--edge\r\n${PART}"media"\r\n\r\n`), randomBytes(MB)]))
        await place.until(() => place.uploads.held.bytes > 0)
        slow.socket.resetAndDestroy()
        await place.until(() => place.uploads.held.uploads === 0)
      }
      expect(place.uploads.held).to.deep.equal({ uploads: 0, bytes: 0 })
      expect((await sendNote({ text: 'hi', media: Buffer.from('x') })).status).to.equal(200)
      expect(place.lines.filter(({ level }) => Number(level) >= 50)).to.deep.equal([])
    })

    it('by its end is refused', async () => {
      const slow = new SlowRequest(place.address('/small/notes'), {
        Authorization: 'Bearer Ana',
        ...RAW_FORM,
        'Content-Length': '1000',
      })
      slow.socket.end(`--edge\r\n${PART}"media"\r\n\r\nhalf`)
      await slow.closed()
      expect(slow.heard).to.match(/^HTTP\/1\.1 400 |^$/)
      await place.until(() => place.uploads.held.uploads === 0)
    })
  })

  it('of a client that sends on after a refusal still gets the refusal read, on a connection that lives', async () => {
    const answers: number[] = []
    for (let time = 0; time < 5; time++) {
      answers.push((await send('/picture', formOf({ file: randomBytes(60 * 1024) }))).status)
    }
    expect(answers).to.deep.equal([413, 413, 413, 413, 413])
  })

  describe('under an Idempotency-Key', () => {
    const key = () => ({ headers: { 'Idempotency-Key': crypto.randomUUID() } })
    const keep = (bytes: string, sending: Sending, text = 'a') =>
      send('/kept', formOf({ text, file: { bytes: Buffer.from(bytes), name: `${Math.random()}` } }), sending)

    it('is the same request when its bytes are, and is then neither stored nor written again', async () => {
      const under = key()
      const first = await keep('bytes', under)
      const storedBefore = stored
      const again = await keep('bytes', under)
      expect([first.status, again.status, again.body]).to.deep.equal([201, 201, first.body])
      expect(stored).to.equal(storedBefore)
    })

    it('is another request when its bytes are others, or its text', async () => {
      const under = key()
      await keep('bytes', under)
      expect((await keep('other', under)).body.error).to.equal('idempotency_conflict')
      expect((await keep('bytes', under, 'b')).status).to.equal(409)
    })

    it('is written once when twins arrive at once', async () => {
      const under = key()
      const before = written
      const gate = new Gate()
      waits.push(gate.opened, gate.opened, gate.opened)
      const twins = Promise.all([keep('twin', under), keep('twin', under), keep('twin', under)])
      const wanted = stored + 3
      await place.until(() => stored === wanted)
      gate.open()
      expect(new Set((await twins).map(({ status, text }) => `${status} ${text}`)).size).to.equal(1)
      expect((await place.notes()).filter((text) => text.startsWith('a ')).length).to.equal(written)
      expect(written - before).to.equal(1)
    })
  })
})

describe('The room for uploads', () => {
  const patience = { wholeMs: 300, quietMs: 200, bytesPerSecond: MB, refusedMs: 100 }
  let place: Place

  before(async () => {
    place = await Place.open(endpoints, {
      uploads: new UploadRoom({ uploads: 3, uploadsEach: 2, bytes: 3 * MB, patience }),
    })
  })
  after(() => place.close())
  beforeEach(() => {
    reached = new Gate()
  })

  const send = (as: string, bytes: Buffer) =>
    place.send('POST', '/small/notes', formOf({ text: 'hi', media: bytes }), { Authorization: `Bearer ${as}` })

  it('holds so many at once, and so many of one person, until they are answered', async () => {
    const gate = new Gate()
    waits.push(gate.opened, gate.opened, gate.opened)
    const early = [send('Ana', Buffer.from('1')), send('Ana', Buffer.from('2'))]
    await place.until(() => place.uploads.held.uploads === 2)
    const own = await send('Ana', Buffer.from('3'))
    expect([own.status, own.headers.get('retry-after')]).to.deep.equal([503, '5'])

    early.push(send('Bo', Buffer.from('4')))
    await place.until(() => place.uploads.held.uploads === 3)
    expect((await send('Cy', Buffer.from('5'))).status).to.equal(503)
    gate.open()
    expect((await Promise.all(early)).map(({ status }) => status)).to.deep.equal([200, 200, 200])
    expect((await send('Cy', Buffer.from('5'))).status).to.equal(200)
  })

  it('holds so many bytes at once', async () => {
    const gate = new Gate()
    waits.push(gate.opened)
    const early = send('Ana', randomBytes(2 * MB))
    await reached.opened
    expect((await send('Bo', randomBytes(2 * MB))).status).to.equal(503)
    gate.open()
    expect((await early).status).to.equal(200)
    expect((await send('Bo', randomBytes(2 * MB))).status).to.equal(200)
    expect(place.uploads.held).to.deep.equal({ uploads: 0, bytes: 0 })
  })

  it('does not wait for a client that falls silent, nor for one that sends drop by drop', async () => {
    const headers = { Authorization: 'Bearer Ana', ...RAW_FORM, 'Content-Length': String(MB) }
    const silent = new SlowRequest(place.address('/small/notes'), headers)
    silent.socket.write('--edge\r\n')
    await place.heard(silent, /request_timeout/)
    expect(silent.heard).to.match(/^HTTP\/1\.1 408 /)

    const dripping = new SlowRequest(place.address('/small/notes'), headers)
    dripping.socket.write('--edge\r\nContent-Disposition: form-data; name="media"\r\n\r\n')
    const drops = setInterval(() => dripping.socket.write('drop'), 20)
    await place.heard(dripping, /request_timeout/)
    clearInterval(drops)
    expect(dripping.heard).to.match(/^HTTP\/1\.1 408 /)
    await place.until(() => place.uploads.held.uploads === 0)
    silent.socket.destroy()
    dripping.socket.destroy()
  })

  it('hears a client out that is refused, so that it reads why, but not for ever', async () => {
    const refused = new SlowRequest(place.address('/small/notes'), {
      Authorization: 'Bearer Ana',
      ...RAW_FORM,
      'Transfer-Encoding': 'chunked',
    })
    const part = '--edge\r\nContent-Disposition: form-data; name="odd"; filename="x"\r\n\r\nbytes'
    refused.socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
    await place.heard(refused, /validation_failed/)
    const drops = setInterval(() => refused.socket.write('4\r\ndrop\r\n'), 20)
    await refused.closed()
    clearInterval(drops)
    expect(refused.heard).to.match(/^HTTP\/1\.1 422 /)
  })

  it('waits for one that keeps its pace, however long it takes', async () => {
    const body = rawForm(
      'Content-Disposition: form-data; name="text"\r\n\r\nhi',
      Buffer.concat([Buffer.from('Content-Disposition: form-data; name="media"\r\n\r\n'), randomBytes(2 * MB)]),
    )
    const headers = { Authorization: 'Bearer Ana', ...RAW_FORM, 'Content-Length': String(body.length) }
    const steady = new SlowRequest(place.address('/small/notes'), { ...headers, Connection: 'close' })
    const startedAt = performance.now()
    let sent = 0
    const piece = setInterval(() => {
      const due = Math.min(body.length, Math.ceil(((performance.now() - startedAt) / 1000) * 3 * MB) + 50_000)
      steady.socket.write(body.subarray(sent, due))
      sent = due
      if (sent === body.length) clearInterval(piece)
    }, 10)
    await steady.closed()
    expect(steady.heard).to.match(/^HTTP\/1\.1 200 /)
    expect(performance.now() - startedAt).to.be.above(patience.wholeMs)
  })
})

describe('The reference of an endpoint with files', () => {
  // biome-ignore lint/suspicious/noExplicitAny: it is read as a tool would read it.
  const document: any = JSON.parse(JSON.stringify(openApi({ surface: small, endpoints })))

  it('shows JSON and the form where no file is needed', () => {
    const { content, required } = document.paths['/notes'].post.requestBody
    expect(required).to.equal(true)
    expect(Object.keys(content)).to.deep.equal(['application/json', 'multipart/form-data'])
    const [body, files] = content['multipart/form-data'].schema.allOf
    expect(body).to.deep.equal(content['application/json'].schema)
    expect(files.properties.media).to.deep.equal({
      type: 'string',
      format: 'binary',
      description: 'A photo. At most 5242880 bytes.',
    })
    expect(files).to.not.have.property('required')
    expect(content['multipart/form-data'].encoding).to.deep.equal({ media: { contentType: 'image/png' } })
  })

  it('shows the form alone where one is', () => {
    const { requestBody, responses } = document.paths['/picture'].post
    expect(requestBody.required).to.equal(true)
    expect(Object.keys(requestBody.content)).to.deep.equal(['multipart/form-data'])
    expect(requestBody.content['multipart/form-data'].schema.required).to.deep.equal(['file'])
    expect(Object.keys(responses)).to.include.members(['400', '408', '413', '415', '422'])
    expect(responses['400'].description).to.not.contain('invalid_json')
  })
})

interface Sending {
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
}
