import { methodOf } from '../execution.ts'
import { FLAG, METHOD, oneOf, TEXT } from '../kinds.ts'
import type { Network } from '../network.ts'
import { configure, type OwnNumber, ownNumber } from '../own-number.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual } from './filters.ts'
import type { Operations } from './operation.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, PAGED, type ParameterTable, sidOf } from './parameters.ts'
import { presentNumber } from './present.ts'
import type { RestHandler, RestRequest } from './request.ts'

const listNumbers: RestHandler = (network, request) => {
  const { query } = request
  const numbers = [...network.numbers.values()].filter((number) => {
    return isEqual(query, 'PhoneNumber', number.phone) && isEqual(query, 'FriendlyName', number.friendlyName)
  })
  const body = pageOf(request, 'incoming_phone_numbers', numbers, (number) => presentNumber(network, number))
  return { status: 200, body }
}

/** Buy a number. */
const createNumber: RestHandler = (network, { form }) => {
  const phone = form.get('PhoneNumber')
  if (!phone || !/^\+[1-9]\d{6,14}$/.test(phone)) throw invalid(21421, `PhoneNumber is invalid: ${phone}`)
  if (network.ownNumber(phone)) throw invalid(21422, `PhoneNumber is not available: ${phone}`)
  const number = ownNumber(phone, network.clock.now())
  network.numbers.set(number.sid, number)
  change(network, number, form)
  return { status: 201, body: presentNumber(network, number) }
}

const fetchNumber: RestHandler = (network, request) => {
  return { status: 200, body: presentNumber(network, numberOf(network, request)) }
}

const updateNumber: RestHandler = (network, request) => {
  const number = numberOf(network, request)
  change(network, number, request.form)
  return { status: 200, body: presentNumber(network, number) }
}

const deleteNumber: RestHandler = (network, request) => {
  network.numbers.delete(numberOf(network, request).sid)
  return { status: 204 }
}

function change(network: Network, number: OwnNumber, form: URLSearchParams): void {
  const urls = {
    VoiceUrl: 'voiceUrl',
    VoiceFallbackUrl: 'voiceFallbackUrl',
    SmsUrl: 'smsUrl',
    SmsFallbackUrl: 'smsFallbackUrl',
    StatusCallback: 'statusCallback',
  } as const
  const methods = {
    VoiceMethod: 'voiceMethod',
    VoiceFallbackMethod: 'voiceFallbackMethod',
    SmsMethod: 'smsMethod',
    SmsFallbackMethod: 'smsFallbackMethod',
    StatusCallbackMethod: 'statusCallbackMethod',
  } as const
  const named = Object.entries(urls).filter(([name]) => form.has(name))
  configure(number, Object.fromEntries(named.map(([name, key]) => [key, form.get(name)])), network.clock.now())
  for (const [name, key] of Object.entries(methods)) if (form.has(name)) number[key] = methodOf(form.get(name))
  number.friendlyName = form.get('FriendlyName') ?? number.friendlyName
}

function numberOf(network: Network, { params, path }: RestRequest): OwnNumber {
  const number = network.numbers.get(params.Sid ?? '')
  if (!number) throw notFound(path)
  return number
}

const SETTINGS: ParameterTable = {
  ApiVersion: TEXT,
  FriendlyName: TEXT,
  SmsApplicationSid: sidOf('AP'),
  SmsFallbackMethod: METHOD,
  SmsFallbackUrl: ADDRESS,
  SmsMethod: METHOD,
  SmsUrl: ADDRESS,
  StatusCallback: ADDRESS,
  StatusCallbackMethod: METHOD,
  VoiceApplicationSid: sidOf('AP'),
  VoiceCallerIdLookup: FLAG,
  VoiceFallbackMethod: METHOD,
  VoiceFallbackUrl: ADDRESS,
  VoiceMethod: METHOD,
  VoiceUrl: ADDRESS,
  VoiceReceiveMode: oneOf('voice', 'fax'),
  EmergencyStatus: oneOf('Active', 'Inactive'),
  EmergencyAddressSid: sidOf('AD'),
  TrunkSid: sidOf('TK'),
  IdentitySid: sidOf('RI'),
  AddressSid: sidOf('AD'),
  BundleSid: sidOf('BU'),
}

const ALL = '/{AccountSid}/IncomingPhoneNumbers.json'
const ONE = '/{AccountSid}/IncomingPhoneNumbers/{Sid}.json'

/** Source: Twilio, "IncomingPhoneNumber resource". */
export const NUMBER_OPERATIONS: Operations = {
  ListIncomingPhoneNumber: {
    method: 'GET',
    path: ALL,
    query: { Beta: FLAG, FriendlyName: TEXT, PhoneNumber: TEXT, Origin: TEXT, ...PAGED },
    handle: listNumbers,
  },
  CreateIncomingPhoneNumber: {
    method: 'POST',
    path: ALL,
    form: { ...SETTINGS, PhoneNumber: TEXT, AreaCode: TEXT },
    handle: createNumber,
  },
  FetchIncomingPhoneNumber: { method: 'GET', path: ONE, handle: fetchNumber },
  UpdateIncomingPhoneNumber: {
    method: 'POST',
    path: ONE,
    form: { ...SETTINGS, AccountSid: sidOf('AC') },
    handle: updateNumber,
  },
  DeleteIncomingPhoneNumber: { method: 'DELETE', path: ONE, handle: deleteNumber },
}
