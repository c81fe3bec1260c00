import { inspect } from 'node:util'
import { expect } from 'chai'
import type { CarrierFailure } from '#telephony/carrier'
import { errorOfAnswer, errorOfCode, errorOfSilence } from '#telephony/twilio/errors'

/** That an answer is too large, we find out ourselves. */
const CODES: Readonly<Record<Exclude<CarrierFailure, 'too_large'>, readonly number[]>> = {
  refused: [
    13224, 13227, 14107, 16025, 16026, 21211, 21214, 21215, 21216, 21217, 21408, 21610, 21612, 21614, 21617, 21635,
    30004, 30005, 30006, 30007, 30450, 32205, 60410, 60605,
  ],
  busy: [10004, 16020, 16021, 20429, 21611, 22005, 30001, 30003, 60202, 60203],
  unknown: [30008],
  not_found: [13240, 20404, 21220],
  denied: [
    11100, 11200, 11205, 12100, 12200, 12300, 16023, 16024, 20003, 21201, 21210, 21212, 21213, 21262, 21263, 21601,
    21603, 21604, 21606, 21608, 30002, 30034,
  ],
}

describe('what the carrier’s errors mean', () => {
  for (const [failure, codes] of Object.entries(CODES)) {
    it(`reads ${codes.join(', ')} as ${failure}, with a sentence of our own`, () => {
      for (const code of codes) {
        const error = errorOfAnswer(400, { code, message: 'The number +15005550001 …', status: 400 })

        expect(error, String(code)).to.include({ failure, code })
        expect(error.message, String(code))
          .to.match(/^[A-Z][^+\d]+\.$/)
          .and.not.equal('The carrier refused it.')
        expect(errorOfCode(code).message).to.equal(error.message)
      }
    })
  }

  it('goes by the status when the number says nothing', () => {
    const failureOf = (status: number) => errorOfAnswer(status, { code: 99_999 }).failure

    expect([400, 401, 403, 404, 408, 409, 429, 302, 500, 503].map(failureOf)).to.deep.equal([
      'refused',
      'denied',
      'denied',
      'not_found',
      'unknown',
      'refused',
      'busy',
      'denied',
      'unknown',
      'unknown',
    ])
    expect(errorOfAnswer(400, { code: 99_999 }).code).to.equal(99_999)
  })

  it('does not need a body', () => {
    for (const body of [null, undefined, '', '<html>', [], { code: '21211' }, { code: 1.5 }]) {
      expect(errorOfAnswer(502, body)).to.include({ failure: 'unknown', code: null })
    }
  })

  it('tells an order that was never sent from one that may have been taken', () => {
    const failureOf = (code: string) => errorOfSilence(Object.assign(new Error('+15005550006'), { code })).failure

    expect(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].map(failureOf)).to.deep.equal(['busy', 'busy', 'busy'])
    expect(['ECONNABORTED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].map(failureOf)).to.deep.equal(Array(4).fill('unknown'))
    expect(inspect(errorOfSilence(new Error('+15005550006')))).to.not.include('+1500')
  })
})
