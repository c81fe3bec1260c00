import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { ACCEPTS, type Simulator, startSimulator } from '#simulator'
import type { Carrier, CarrierError } from '#telephony/carrier'
import { createTwilioCarrier } from '#telephony/twilio/adapter'
import { isSigned, webhookUrl } from '#telephony/twilio/signature'
import * as legs from '#telephony/twilio/twiml/legs'
import * as mailbox from '#telephony/twilio/twiml/mailbox'
import * as speech from '#telephony/twilio/twiml/speech'
import * as visits from '#telephony/twilio/twiml/visits'
import { exchangeFaults } from '#test/contract'

const twiml = { ...legs, ...mailbox, ...speech, ...visits }

const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
const TOKEN = 'a-token-for-tests'
const OURS = '+15550000001'
const ANN = '+15551230101'
const BO = '+15551230102'
const PUBLIC_URL = 'https://kadoink.test'
const VOICE = '/webhooks/twilio/voice/leg'
const STATUS = '/webhooks/twilio/voice/leg/status'

interface Hit {
  readonly path: string
  readonly leg: string | null
  readonly form: URLSearchParams
}

/** Webhooks behind `PUBLIC_URL` that serve our documents to whoever signs. */
class Webhooks {
  url = ''
  readonly hits: Hit[] = []
  readonly forgeries: string[] = []
  private readonly documents = new Map<string, (hit: Hit) => string>()
  private readonly server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const originalUrl = incoming.url ?? '/'
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const header = incoming.headers['x-twilio-signature'] as string | undefined
      if (!isSigned({ authTokens: [TOKEN], publicUrl: PUBLIC_URL, originalUrl, header, params: form })) {
        this.forgeries.push(originalUrl)
      }
      const { pathname, searchParams } = new URL(originalUrl, PUBLIC_URL)
      const hit = { path: pathname, leg: searchParams.get('leg'), form }
      this.hits.push(hit)
      const document = this.documents.get(pathname)?.(hit)
      outgoing.writeHead(document === undefined ? 204 : 200, { 'content-type': 'text/xml' }).end(document)
    })
  })

  on(path: string, document: (hit: Hit) => string): void {
    this.documents.set(path, document)
  }

  /** What was told to a path of this leg, in order. */
  told(path: string, leg: string, name: string): readonly (string | null)[] {
    return this.hits.filter((hit) => hit.path === path && hit.leg === leg).map(({ form }) => form.get(name))
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve)
      this.server.closeAllConnections()
    })
  }
}

describe('the carrier on the simulated network', () => {
  let network: Simulator
  let webhooks: Webhooks
  let carrier: Carrier
  let breaches: string[]

  beforeEach(async () => {
    breaches = []
    webhooks = new Webhooks()
    await webhooks.open()
    network = await startSimulator({
      accountSid: ACCOUNT,
      authToken: TOKEN,
      numbers: [OURS],
      clock: 'manual',
      callsPerSecond: 1,
      routes: { [PUBLIC_URL]: webhooks.url },
      onExchange: (exchange) => breaches.push(...exchangeFaults(exchange)),
    })
    carrier = carrierWith(TOKEN)
  })

  afterEach(async () => {
    const violations = network.violations()
    await network.close()
    await webhooks.close()
    expect(webhooks.forgeries).to.deep.equal([])
    expect(violations).to.deep.equal([])
    expect(breaches, 'exchanges against the contract').to.deep.equal([])
  })

  /** Only whoever is never answered is in a hurry: a busy machine may take its time to answer all others. */
  function carrierWith(authToken: string, timeoutMs = 8000): Carrier {
    return createTwilioCarrier({
      accountSid: ACCOUNT,
      authToken,
      apiBase: network.url,
      publicUrl: PUBLIC_URL,
      tuning: { maxRetryDelayMs: 1, timeoutMs },
    })
  }

  function ring(to: string, leg: string, by = carrier) {
    return by.ring({ leg, from: OURS, to, ringSeconds: 30, maxSeconds: 3600 })
  }

  /** Whoever is rung is asked, and joins by pressing 1. */
  function serveRoom(room: string): void {
    const action = (path: string, leg: string) => webhookUrl(PUBLIC_URL, path, { leg }, 'document')
    webhooks.on(VOICE, ({ leg }) => twiml.askGuest({ hostName: '<Bob & "Eve">', action: action('/key', leg ?? '') }))
    webhooks.on('/key', ({ leg, form }) => {
      if (form.get('Digits') !== '1') return twiml.hangUp()
      const conferenceCallback = webhookUrl(PUBLIC_URL, '/room', { call: room }, 'report')
      return twiml.joinRoom({ room, label: leg ?? '', conferenceCallback, action: action('/left', leg ?? '') })
    })
    webhooks.on('/left', () => twiml.hangUp())
  }

  async function failureOf(order: Promise<unknown>): Promise<Partial<CarrierError>> {
    return order.then(
      () => ({}),
      (error: CarrierError) => ({ failure: error.failure, code: error.code }),
    )
  }

  it('rings Ann and Bo, who hear who calls, join, and are put out again', async () => {
    serveRoom('room-1')
    await ring(ANN, 'leg-ann')
    expect((await ring(BO, 'leg-bo')).queuedMs).to.be.greaterThan(0)
    await network.clock.advance(20)

    expect(network.handset(ANN).heard[0]?.words).to.equal(
      '<Bob & "Eve"> is calling you on Kadoink. Press 1 to join, 2 to stop calls from <Bob & "Eve">.',
    )
    expect(network.conferences()[0]?.participants.map(({ label }) => label)).to.have.members(['leg-ann', 'leg-bo'])

    await carrier.closeRoom('room-1')
    await network.clock.advance(5)

    expect(network.conferences().map(({ status }) => status)).to.deep.equal(['completed'])
    expect(network.calls().map(({ status }) => status)).to.deep.equal(['completed', 'completed'])
    expect(webhooks.told(STATUS, 'leg-bo', 'CallStatus')).to.deep.equal([
      'initiated',
      'ringing',
      'in-progress',
      'completed',
    ])
    const roomEvents = webhooks.hits
      .filter(({ path }) => path === '/room')
      .map(({ form }) => form.get('StatusCallbackEvent'))
    expect(roomEvents).to.include.members(['conference-start', 'participant-join', 'conference-end'])
  })

  it('closes a room in which Ann waits alone, and one that never was', async () => {
    serveRoom('room-1')
    await ring(ANN, 'leg-ann')
    await network.clock.advance(20)
    expect(network.conferences().map(({ status }) => status)).to.deep.equal(['init'])

    await carrier.closeRoom('room-1')
    await carrier.closeRoom('room-2')

    expect(network.conferences().map(({ status }) => status)).to.deep.equal(['completed'])
  })

  it('hangs up a leg that is queued, one that rings, one that talks and one that is over', async () => {
    serveRoom('room-1')
    network.handset(BO).script({ noAnswer: true })
    const talking = await ring(ANN, 'leg-ann')
    const ringing = await ring(BO, 'leg-bo')
    await network.clock.advance(5)
    const [first, queued] = [await ring(BO, 'leg-first'), await ring(BO, 'leg-queued')]
    expect(network.calls().map(({ status }) => status)).to.include.members(['in-progress', 'ringing', 'queued'])

    for (const { carrierId } of [talking, ringing, first, queued, talking]) await carrier.hangUp(carrierId)

    expect(network.calls().map(({ status }) => status)).to.deep.equal(['completed', 'canceled', 'canceled', 'canceled'])
  })

  it('finds a call again whose order was taken but never answered', async () => {
    webhooks.on(VOICE, () => twiml.hangUp())
    network.faults.rest({ timeoutAfterEffect: 1 })
    const since = network.clock.now()

    expect(await failureOf(ring(ANN, 'leg-ann', carrierWith(TOKEN, 500)))).to.include({ failure: 'unknown' })

    const found = await carrier.callsTo(ANN, since)
    expect(found).to.have.length(1)
    expect(found[0]).to.include({ from: OURS, to: ANN, carrierId: network.calls()[0]?.sid })
    expect(await carrier.callsTo(BO, since)).to.deep.equal([])
    await network.clock.advance(60)
    expect(await carrier.callsTo(ANN, new Date(network.clock.now().getTime() + 1000))).to.deep.equal([])
  })

  it('finds a text again whose order was taken but never answered', async () => {
    network.faults.rest({ timeoutAfterEffect: 1 })
    const since = network.clock.now()
    const order = { key: 'text-1', from: OURS, to: ANN, body: 'Hi' }

    expect(await failureOf(carrierWith(TOKEN, 500).text(order))).to.include({ failure: 'unknown' })

    expect((await carrier.textsTo(ANN, since)).map(({ carrierId }) => carrierId)).to.deep.equal(
      network.messages().map(({ sid }) => sid),
    )
  })

  it('sends a text when the carrier was busy for a moment, and hears what became of it', async () => {
    network.faults.rest({ status429: 2 })

    const { carrierId } = await carrier.text({ key: 'text-1', from: OURS, to: ANN, body: 'Hi <Ann> & Bo' })
    await network.clock.advance(5)

    expect(network.handset(ANN).texts.map(({ body }) => body)).to.deep.equal(['Hi <Ann> & Bo'])
    const reports = webhooks.hits.filter(({ path }) => path === '/webhooks/twilio/sms/status')
    expect(reports.map(({ form }) => form.get('MessageStatus'))).to.deep.equal(['sent', 'delivered'])
    expect(reports.map(({ form }) => form.get('MessageSid'))).to.deep.equal([carrierId, carrierId])
  })

  it('has a message written down, and deletes what was written, with its recording and without it', async () => {
    const wanted = {
      greeting: { words: 'This is Ann.' },
      action: '/taken',
      recordingCallback: '/recorded',
      transcriptCallback: '/written',
      maxSeconds: 300,
    }
    webhooks.on(VOICE, () => twiml.takeMessage(wanted))
    webhooks.on('/taken', () => twiml.sayAndHangUp('Thank you.'))
    network.handset(BO).script({ ...ACCEPTS, steps: [{ leaveVoicemail: { seconds: 4, text: 'Hello' } }] })
    await ring(BO, 'leg-bo')
    await ring(BO, 'leg-bo-again')
    await network.clock.advance(60)
    const written = webhooks.hits.filter(({ path }) => path === '/written').map(({ form }) => form)
    const [first, second] = written.map((form) => form.get('RecordingSid') ?? '')

    expect(await carrier.transcriptOf(first ?? '')).to.deep.equal({ state: 'completed', text: 'Hello' })
    await carrier.deleteTranscripts(first ?? '')
    await carrier.deleteTranscripts(first ?? '')
    expect(await carrier.transcriptOf(first ?? '')).to.equal(null)

    await carrier.deleteRecording(second ?? '')
    const id = written[1]?.get('TranscriptionSid') ?? ''
    await carrier.deleteTranscript(id)
    await carrier.deleteTranscript(id)
    const left = await fetch(`${network.url}/2010-04-01/Accounts/${ACCOUNT}/Transcriptions.json`, {
      headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` },
    })
    expect(await left.json()).to.deep.include({ transcriptions: [] })
  })

  it('takes a message, fetches its sound, and deletes it', async () => {
    const wanted = {
      greeting: { words: 'This is Ann.' },
      action: '/taken',
      recordingCallback: '/recorded',
      transcriptCallback: null,
      maxSeconds: 60,
    }
    webhooks.on(VOICE, () => twiml.takeMessage(wanted))
    webhooks.on('/taken', () => twiml.sayAndHangUp('Thank you.'))
    network.faults.recordings({ missingForSeconds: 30 })
    network.handset(BO).script({ ...ACCEPTS, steps: [{ leaveVoicemail: { seconds: 4 } }] })
    await ring(BO, 'leg-bo')
    await network.clock.advance(30)
    const [recording] = network.recordings()
    const id = recording?.sid ?? ''

    expect(await failureOf(carrier.fetchRecording(id))).to.include({ failure: 'not_found' })
    await network.clock.advance(30)
    const { contentType, bytes } = await carrier.fetchRecording(id)
    await carrier.deleteRecording(id)
    await carrier.deleteRecording(id)

    expect(contentType).to.match(/^audio\//)
    expect(bytes.subarray(0, 4).toString()).to.equal('RIFF')
    expect(network.recordings()).to.deep.equal([])
    expect(webhooks.hits.some(({ path, form }) => path === '/recorded' && form.get('RecordingSid') === id)).to.equal(
      true,
    )
  })

  for (const [to, call, text] of [
    ['+15005550001', 21211, 21211],
    ['+15005550002', 21214, 21612],
    ['+15005550003', 21215, 21408],
    ['+15005550004', 21216, 21610],
  ] as const) {
    it(`says that ${to} can be neither called nor texted`, async () => {
      expect(await failureOf(ring(to, 'leg'))).to.deep.equal({ failure: 'refused', code: call })
      expect(await failureOf(carrier.text({ key: 'text', from: OURS, to, body: 'Hi' }))).to.deep.equal({
        failure: 'refused',
        code: text,
      })
    })
  }

  it('says that our own settings are wrong', async () => {
    carrier = carrierWith('another-token')
    expect(await failureOf(ring(ANN, 'leg'))).to.deep.equal({ failure: 'denied', code: 20003 })

    carrier = carrierWith(TOKEN)
    const notOurs = carrier.text({ key: 'text', from: '+15005550007', to: ANN, body: 'Hi' })
    expect(await failureOf(notOurs)).to.deep.equal({ failure: 'denied', code: 21606 })
  })
})
