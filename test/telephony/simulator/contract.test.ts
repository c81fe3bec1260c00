import { expect } from 'chai'
import { CONTRACT_FILE, contract } from '#test/contract'
import { ACCOUNT, ANA, OURS, openWorld } from './world.ts'

const judge = contract()
const CALLS = `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`

describe("Twilio's published contract", () => {
  if (judge === null) {
    it(`is not on this machine (${CONTRACT_FILE}): no exchange was held against it`)
    return
  }

  const faults = (params: Readonly<Record<string, string>>) => judge.checkRequest('POST', CALLS, Object.entries(params))

  it('lets a sound request pass', () => {
    const form = { To: ANA, From: OURS, Url: 'https://x.test/', Timeout: '30', Record: 'true' }
    expect(faults(form)).to.eql([])
  })

  for (const [what, form] of [
    ['an unknown parameter', { To: ANA, From: OURS, Colour: 'red' }],
    ['a missing parameter', { From: OURS }],
    ['a number that is none', { To: '555', From: OURS }],
    ['a time-out in words', { To: ANA, From: OURS, Timeout: 'long' }],
    ['a flag in words', { To: ANA, From: OURS, Record: 'yes' }],
    ['another method', { To: ANA, From: OURS, Method: 'PUT' }],
    ['a relative URL', { To: ANA, From: OURS, Url: '/voice' }],
  ] as const) {
    it(`catches a request with ${what}`, () => {
      expect(faults(form)).not.to.eql([])
    })
  }

  it('catches a request to nowhere, and one with a SID of another kind', () => {
    expect(judge.checkRequest('GET', '/2010-04-01/Nothing.json', [])).not.to.eql([])
    expect(judge.checkRequest('GET', CALLS.replace('Calls', `Calls/SM${'0'.repeat(32)}`), [])).not.to.eql([])
    expect(judge.checkRequest('GET', CALLS, [['Colour', 'red']])).not.to.eql([])
  })

  describe('of an answer', () => {
    const world = { body: {} as Record<string, unknown> }

    before(async () => {
      const open = await openWorld()
      const form = { To: ANA, From: OURS, Url: `${open.app.url}/voice` }
      world.body = (await (await open.rest('Calls.json', { form })).json()) as Record<string, unknown>
      await open.close()
    })

    const judged = (changes: Readonly<Record<string, unknown>>, status = 201) => {
      return judge.checkResponse('POST', CALLS, status, { ...world.body, ...changes })
    }

    it('lets ours pass', () => {
      expect(judged({})).to.eql([])
    })

    const without = (dropped: string) => {
      const body = Object.fromEntries(Object.entries(world.body).filter(([key]) => key !== dropped))
      return judge.checkResponse('POST', CALLS, 201, body)
    }

    it('catches a missing property', () => {
      expect(without('sid')).not.to.eql([])
    })

    for (const [what, changes] of [
      ['an extra property', { colour: 'red' }],
      ['a SID of another kind', { sid: `SM${'0'.repeat(32)}` }],
      ['a status that is none', { status: 'initiated' }],
      ['an ISO date', { date_created: '2026-01-01T00:00:00Z' }],
      ['a number for text', { duration: 5 }],
    ] as const) {
      it(`catches ${what}`, () => {
        expect(judged(changes)).not.to.eql([])
      })
    }

    it('catches another status, and an error in another shape', () => {
      expect(judged({}, 200)).not.to.eql([])
      expect(judge.checkResponse('POST', CALLS, 400, { error: 'no' })).not.to.eql([])
    })
  })
})
