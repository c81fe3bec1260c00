import { expect } from 'chai'
import type { RestExchange } from '#simulator'
import { CONTRACT_FILE, type Contract, type ContractOperation, contract, type Schema } from '#test/contract'
import { ACCOUNT, ANA, BO, OURS, openWorld, response, TOKEN, type World } from './world.ts'

const judge = contract()
const CALLS = `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`
const RFC_2822 = /^\w{3}, \d{2} \w{3} \d{4} /
const SID = /^[A-Z]{2}[0-9a-f]{32}$/

type Json = Readonly<Record<string, unknown>>

describe("Twilio's published contract", () => {
  if (judge === null) {
    it(`is not on this machine (${CONTRACT_FILE}): no exchange was held against it`)
    return
  }

  describe('of a request', () => {
    const faults = (params: Readonly<Record<string, string>>) =>
      judge.checkRequest('POST', CALLS, Object.entries(params))

    it('lets a sound one pass', () => {
      const form = { To: ANA, From: OURS, Url: 'https://x.test/', Timeout: '30', Record: 'true' }
      expect(faults(form)).to.eql([])
    })

    it('catches one to nowhere, and one with a parameter twice that is there once', () => {
      expect(judge.checkRequest('GET', '/2010-04-01/Nothing.json', [])).not.to.eql([])
      const twice: [string, string][] = ['To', 'To', 'From'].map((name) => [name, ANA])
      expect(judge.checkRequest('POST', CALLS, twice)).not.to.eql([])
    })

    for (const operation of judge.operations) {
      it(`catches every way to spoil ${operation.id}`, () => {
        const sound = soundParams(operation)
        const check = (params: Readonly<Record<string, string>>, path = soundPath(operation)) => {
          return judge.checkRequest(operation.method, path, Object.entries(params))
        }
        expect(check(sound)).to.eql([])
        expect(check({ ...sound, Colour: 'red' }), 'an unknown parameter').not.to.eql([])
        for (const name of operation.required) {
          const { [name]: _, ...rest } = sound
          expect(check(rest), `without ${name}`).not.to.eql([])
        }
        for (const [name, value] of badParams(operation)) {
          expect(check({ ...sound, [name]: value }), `${name}=${value}`).not.to.eql([])
        }
        for (const path of badPaths(operation)) expect(check(sound, path), path).not.to.eql([])
      })
    }

    it('was spoilt in many ways', () => {
      expect(judge.operations).to.have.length(39)
      expect(judge.operations.flatMap(badParams)).to.have.length.above(120)
      expect(judge.operations.flatMap(badPaths)).to.have.length.above(60)
    })
  })

  describe('of an answer', () => {
    let world: World
    let answers: ReadonlyMap<string, RestExchange>

    before(async () => {
      world = await openWorld()
      await walkThroughAll(world)
      answers = soundAnswers(judge, world.exchanges)
      await world.close()
    })

    it('finds every operation answered, with just what it declares', () => {
      expect([...answers.keys()].sort()).to.eql(judge.operations.map(({ id }) => id).sort())
    })

    for (const { id, method } of judge.operations) {
      it(`catches every way to spoil the answer to ${id}`, () => {
        const { path, status, body } = answers.get(id) as RestExchange
        const check = (spoilt: unknown, as = status) => judge.checkResponse(method, path, as ?? 0, spoilt)
        expect(check(body)).to.eql([])
        expect(check(body, 202), 'another status').not.to.eql([])
        if (method === 'DELETE') return expect(check({}), 'a body where there is none').not.to.eql([])
        const spoilt = [...spoiltIn(body as Json)]
        expect(spoilt.length).to.be.above(8)
        for (const [what, broken] of spoilt) expect(check(broken), what).not.to.eql([])
      })
    }

    it('catches an error in another shape', () => {
      const error = { code: 21211, message: 'no', more_info: 'https://www.twilio.com/docs/errors/21211', status: 400 }
      const check = (body: unknown) => judge.checkResponse('POST', CALLS, 400, body)
      expect(check(error)).to.eql([])
      for (const name of Object.keys(error)) expect(check(without(error, name)), name).not.to.eql([])
      expect(check({ ...error, colour: 'red' })).not.to.eql([])
      expect(check({ error: 'no' })).not.to.eql([])
    })
  })

  it('is kept by the network itself: what it catches in a request is refused there, or a violation', async () => {
    const world = await openWorld()
    for (const operation of judge.operations) {
      for (const [name, value] of [...badParams(operation), ['Colour', 'red'] as const]) {
        const before = world.sim.violations().length
        const { status } = await send(world, operation, { ...soundParams(operation), [name]: value })
        const isNoticed = status === 400 || world.sim.violations().length > before
        expect(isNoticed, `${operation.id} ${name}=${value} answered ${status}`).to.equal(true)
      }
    }
    await world.abandon()
  }).timeout(60_000)
})

/** One request with its method, as it stands in the contract. */
async function send(world: World, operation: ContractOperation, params: Readonly<Record<string, string>>) {
  const url = new URL(world.sim.url + soundPath(operation))
  if (operation.method !== 'POST') url.search = new URLSearchParams(params).toString()
  return fetch(url, {
    method: operation.method,
    headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}` },
    ...(operation.method === 'POST' && { body: new URLSearchParams(params) }),
  })
}

/** Use every operation once with success. */
async function walkThroughAll({ app, sim, client }: World): Promise<void> {
  app.on('/voice', response('<Dial><Conference>room</Conference></Dial>'))
  app.on('/incoming', response('<Record transcribe="true" action="/done"/>')).on('/done', response('<Hangup/>'))
  sim.configureNumber(OURS, { voiceUrl: `${app.url}/incoming` })
  const { sid } = await client.calls.create({ to: ANA, from: OURS, url: `${app.url}/voice` })
  const leg = await client.conferences('room').participants.create({ from: OURS, to: BO, earlyMedia: false })
  sim.handset(ANA).dial(OURS, { steps: [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }] })
  await sim.clock.advance(60)

  await client.calls.list()
  await client.calls(sid).fetch()
  await client.calls(sid).update({ timeLimit: 600 })
  await client.calls(sid).recordings.create()
  await client.calls(sid).recordings('Twilio.CURRENT').update({ status: 'paused' })
  const [ofCall] = await client.calls(sid).recordings.list()
  await client
    .calls(sid)
    .recordings(ofCall?.sid ?? '')
    .fetch()
  await client
    .calls(sid)
    .recordings(ofCall?.sid ?? '')
    .remove()

  const people = client.conferences(leg.conferenceSid).participants
  await people.list()
  await people(leg.callSid).fetch()
  await people(leg.callSid).update({ muted: true })
  await people(leg.callSid).remove()
  await client.conferences.list()
  await client.conferences(leg.conferenceSid).fetch()
  await client.conferences(leg.conferenceSid).update({ status: 'completed' })
  await sim.settle()
  await client.calls(sid).remove()

  const [recording] = await client.recordings.list()
  const one = client.recordings(recording?.sid ?? '')
  await one.fetch()
  const [text] = await one.transcriptions.list()
  await one.transcriptions(text?.sid ?? '').fetch()
  await client.transcriptions.list()
  await client.transcriptions(text?.sid ?? '').fetch()
  await one.transcriptions(text?.sid ?? '').remove()
  sim.handset(ANA).dial(OURS, { steps: [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }] })
  await sim.clock.advance(60)
  const [other] = await client.transcriptions.list()
  await client.transcriptions(other?.sid ?? '').remove()
  await one.remove()

  const message = await client.messages.create({ to: ANA, from: OURS, body: 'Hello' })
  await client.messages.list()
  await client.messages(message.sid).fetch()
  await client.messages(message.sid).update({ body: '' })
  await client.messages(message.sid).remove()

  const bought = await client.incomingPhoneNumbers.create({ phoneNumber: '+15550000009' })
  await client.incomingPhoneNumbers.list()
  await client.incomingPhoneNumbers(bought.sid).fetch()
  await client.incomingPhoneNumbers(bought.sid).update({ friendlyName: 'Nine' })
  await client.incomingPhoneNumbers(bought.sid).remove()
  const account = client.api.v2010.accounts(client.accountSid)
  await account.fetch()
  await account.update({ friendlyName: 'Ours' })
}

/** The last answer to each operation that it has not an error for. Lists are only taken with something in them. */
function soundAnswers(rules: Contract, exchanges: readonly RestExchange[]): ReadonlyMap<string, RestExchange> {
  const found = new Map<string, RestExchange>()
  for (const exchange of exchanges) {
    const { method, path, status, body } = exchange
    const operation = rules.operations.find((one) => one.method === method && patternOf(one.path).test(path))
    const items = operation?.id.startsWith('List') ? Object.values(body as Json).find(Array.isArray) : ['one']
    if (!operation || status === null || status >= 300 || items?.length === 0) continue
    if (rules.checkResponse(method, path, status, body).length === 0) found.set(operation.id, exchange)
  }
  return found
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+?')}$`)
}

/** Every answer that differs from a sound one in one place, and is then wrong. */
function* spoiltIn(body: Json): Generator<readonly [what: string, spoilt: unknown]> {
  yield ['an extra property', { ...body, colour: 'red' }]
  for (const [name, value] of Object.entries(body)) {
    yield [`without ${name}`, without(body, name)]
    if (Array.isArray(value) && value.length > 0) {
      for (const [what, spoilt] of spoiltIn(value[0] as Json)) {
        yield [`${name}: ${what}`, { ...body, [name]: [spoilt, ...value.slice(1)] }]
      }
    }
    for (const wrong of wrongFor(name, value)) yield [`${name}=${wrong}`, { ...body, [name]: wrong }]
  }
}

/** Where the contract lists the values; the status of a number is free text in it. */
const ENUMS = ['status', 'source', 'address_requirements', 'voice_receive_mode', 'emergency_status']

/** Values of the right type that are wrong all the same, and one of a wrong type. */
function wrongFor(name: string, value: unknown): readonly unknown[] {
  if (typeof value === 'number') return ['5', 5.5]
  if (typeof value === 'boolean') return ['true']
  if (typeof value !== 'string') return []
  if (RFC_2822.test(value)) return ['2026-01-01T00:00:00Z', 'Sun, 22 Nov 2026 10:00:00 GMT', 5]
  if (SID.test(value)) return [value.slice(0, -1), `XX${value.slice(2)}`, 5]
  return ENUMS.includes(name) && value !== 'in-use' ? ['no-such-value', 5] : [5]
}

function without(body: Json, name: string): Json {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))
}

const SOUND: Readonly<Record<string, string>> = { To: ANA, From: OURS, Status: 'stopped' }

function soundParams({ required }: ContractOperation): Readonly<Record<string, string>> {
  return Object.fromEntries(required.map((name) => [name, SOUND[name] ?? '']))
}

const PREFIXES: Readonly<Record<string, string>> = {
  AccountSid: 'AC',
  CallSid: 'CA',
  ConferenceSid: 'CF',
  RecordingSid: 'RE',
}

/** A path with SIDs of the right kind, of things that are not there. */
function soundPath({ path }: ContractOperation): string {
  const kind = /\/(\w+)\/\{Sid\}/.exec(path)?.[1] ?? ''
  const kinds: Readonly<Record<string, string>> = { Accounts: 'AC', Calls: 'CA', Conferences: 'CF', Messages: 'SM' }
  const more: Readonly<Record<string, string>> = { Recordings: 'RE', Transcriptions: 'TR', IncomingPhoneNumbers: 'PN' }
  const prefix = kinds[kind] ?? more[kind] ?? 'XX'
  return path
    .replace(/Accounts\/\{\w+\}/, `Accounts/${ACCOUNT}`)
    .replace(/\{(\w+)\}/g, (_, name: string) => (PREFIXES[name] ?? prefix) + '0'.repeat(32))
}

/** The path with each of its SIDs in turn of another kind, where the contract says which kind it is. */
function badPaths(operation: ContractOperation): readonly string[] {
  const path = soundPath(operation)
  const sids = [...path.matchAll(/[A-Z]{2}[0-9a-f]{32}/g)]
  const isFree = (before: string) => {
    // Rooms and people go by names as well, where the contract has plain text.
    const names = ['CreateParticipant', 'UpdateConference'].includes(operation.id) && before.endsWith('/Conferences/')
    const recording = operation.id === 'UpdateCallRecording' && before.endsWith('/Recordings/')
    return names || recording || before.endsWith('/Participants/')
  }
  return sids
    .filter(({ index }) => !isFree(path.slice(0, index)))
    .map(({ index }) => `${path.slice(0, index)}ZZ${path.slice(index + 2)}`)
}

/** A wrong value for each parameter of which the contract says what it may be. */
function badParams({ params }: ContractOperation): readonly (readonly [name: string, value: string])[] {
  return Object.entries(params).flatMap(([name, schema]) => {
    const value = badValue(schema)
    return value === null ? [] : [[name, value] as const]
  })
}

function badValue(schema: Schema): string | null {
  const { type, format } = schema
  if (schema.enum || schema.pattern) return 'no-such-value'
  if (type === 'boolean') return 'perhaps'
  if (type === 'integer' || type === 'number') return 'many'
  const bad: Readonly<Record<string, string>> = {
    uri: 'not a url',
    date: 'yesterday',
    'date-time': 'yesterday',
    'phone-number': '12',
    endpoint: '12',
    twiml: 'Hello',
  }
  return bad[String(format)] ?? null
}
