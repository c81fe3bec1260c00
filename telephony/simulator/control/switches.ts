import type { FaultSettings } from '../faults.ts'
import type { Network } from '../network.ts'
import { configure, type NumberConfiguration } from '../own-number.ts'
import { type Body, ControlError, onlyKeys, type Route } from './route.ts'

/** Time, the fault switches, the numbers' webhooks, and the way back to the beginning. */
export const SWITCH_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/clock', summary: 'the time and mode', act: clockState },
  {
    method: 'POST',
    path: '/clock',
    summary: '{advance_seconds}: move on, firing what comes due',
    act: async (network, _, body) => {
      const seconds = body.advance_seconds
      if (typeof seconds !== 'number' || !(seconds >= 0)) throw new ControlError(400, "'advance_seconds' is a number")
      await network.clock.advance(seconds)
      return clockState(network)
    },
  },
  {
    method: 'POST',
    path: '/settle',
    summary: 'answers when no webhook is in flight',
    act: async (network) => {
      await network.clock.settle()
      return clockState(network)
    },
  },
  { method: 'GET', path: '/faults', summary: 'the fault switches', act: (network) => network.faults.current },
  {
    method: 'PUT',
    path: '/faults',
    summary:
      '{callbacks?, rest?, recordings?, transcriptions?, transcriptionSeconds?, clockSkewSeconds?}: set switches',
    act: (network, _, body) => {
      network.faults.set(faultSettings(body))
      return network.faults.current
    },
  },
  {
    method: 'PUT',
    path: '/numbers/:name',
    summary: '{voiceUrl?, voiceFallbackUrl?, smsUrl?, smsFallbackUrl?, statusCallback?}: webhooks of our number',
    act: (network, phone, body) => {
      const number = network.knownNumber(phone)
      configure(number, numberConfiguration(body), network.clock.now())
      return number
    },
  },
  {
    method: 'POST',
    path: '/reset',
    summary: 'forget everything but the numbers',
    act: (network) => {
      network.reset()
      return clockState(network)
    },
  },
]

const FAULT_KEYS = {
  callbacks: ['shuffle', 'duplicate', 'lose', 'delaySeconds'],
  rest: ['ofOrders', 'status429', 'status500', 'timeoutAfterEffect'],
  recordings: ['missingForSeconds'],
} as const

function faultSettings(body: Body): FaultSettings {
  onlyKeys(body, ['callbacks', 'rest', 'recordings', 'transcriptions', 'transcriptionSeconds', 'clockSkewSeconds'])
  const { transcriptions } = body
  if (transcriptions !== undefined && !['late', 'failed', 'never'].includes(String(transcriptions))) {
    throw new ControlError(400, "'transcriptions' is 'late', 'failed' or 'never'")
  }
  for (const key of ['transcriptionSeconds', 'clockSkewSeconds'] as const) {
    if (body[key] !== undefined && typeof body[key] !== 'number') throw new ControlError(400, `'${key}' is a number`)
  }
  for (const key of ['callbacks', 'rest', 'recordings'] as const) {
    const value = body[key] ?? {}
    if (typeof value !== 'object') throw new ControlError(400, `'${key}' is an object`)
    onlyKeys(value as Body, FAULT_KEYS[key])
    const isSound = Object.values(value).every((part) => typeof part === 'number' || typeof part === 'boolean')
    if (!isSound) throw new ControlError(400, `'${key}' holds numbers`)
  }
  return body
}

function numberConfiguration(body: Body): NumberConfiguration {
  onlyKeys(body, ['voiceUrl', 'voiceFallbackUrl', 'smsUrl', 'smsFallbackUrl', 'statusCallback'])
  for (const [key, value] of Object.entries(body)) {
    if (value !== null && !(typeof value === 'string' && (value === '' || URL.canParse(value)))) {
      throw new ControlError(400, `'${key}' is a URL or null`)
    }
  }
  return body
}

function clockState(network: Network): unknown {
  return { now: network.clock.now().toISOString(), mode: network.settings.clock, busy: network.clock.busy }
}
