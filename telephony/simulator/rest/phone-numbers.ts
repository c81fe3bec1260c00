import { methodOf } from '../execution.ts'
import { FLAG, METHOD, oneOf, TEXT } from '../kinds.ts'
import { isE164, MAGIC } from '../magic-numbers.ts'
import type { Network } from '../network.ts'
import { configure, type OwnNumber, ownNumber } from '../own-number.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual } from './filters.ts'
import type { Operations } from './operation.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, PAGED, type ParameterTable, PHONE, sidOf } from './parameters.ts'
import { presentNumber } from './present.ts'
import { flag, type RestHandler, type RestRequest, webhookOf } from './request.ts'

const listNumbers: RestHandler = (network, request) => {
  const { query } = request
  const numbers = [...network.numbers.values()].filter((number) => {
    return (
      isEqual(query, 'PhoneNumber', number.phone) &&
      isEqual(query, 'FriendlyName', number.friendlyName) &&
      isEqual(query, 'Origin', 'twilio') &&
      !flag(query, 'Beta', false)
    )
  })
  const body = pageOf(request, 'incoming_phone_numbers', numbers, (number) => presentNumber(network, number))
  return { status: 200, body }
}

/** Buy a number. */
const createNumber: RestHandler = (network, { form }) => {
  const phone = form.get('PhoneNumber') ?? freeNumber(network, form.get('AreaCode'))
  if (!isE164(phone) || phone === MAGIC.invalid) throw invalid(21421, `PhoneNumber is invalid: ${phone}`)
  if (network.ownNumber(phone) || phone === MAGIC.notForSale) {
    throw invalid(21422, `PhoneNumber is not available: ${phone}`)
  }
  const number = ownNumber(phone, network.clock.now())
  change(network, number, form)
  network.numbers.set(number.sid, number)
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
  for (const [name] of named) webhookOf(form, name, '', 21402)
  configure(number, Object.fromEntries(named.map(([name, key]) => [key, form.get(name)])), network.clock.now())
  for (const [name, key] of Object.entries(methods)) if (form.has(name)) number[key] = methodOf(form.get(name))
  number.friendlyName = form.get('FriendlyName') ?? number.friendlyName
  for (const [name, value] of form) if (OTHERS.includes(name)) number.others.set(name, value)
}

/** The first number of an area that nobody has. */
function freeNumber(network: Network, areaCode: string | null): string {
  if (!areaCode || !/^[2-9]\d{2}$/.test(areaCode)) throw invalid(21451, `AreaCode is invalid: ${areaCode}`)
  for (let line = 0; line < 10_000; line++) {
    const phone = `+1${areaCode}555${String(line).padStart(4, '0')}`
    if (!network.ownNumber(phone)) return phone
  }
  throw invalid(21452, `No phone numbers found in area code ${areaCode}`)
}

function numberOf(network: Network, { params, path }: RestRequest): OwnNumber {
  const number = network.numbers.get(params.Sid ?? '')
  if (!number) throw notFound(path)
  return number
}

/** What has no effect here. */
const OTHERS = [
  'SmsApplicationSid',
  'VoiceApplicationSid',
  'VoiceCallerIdLookup',
  'VoiceReceiveMode',
  'EmergencyStatus',
  'EmergencyAddressSid',
  'TrunkSid',
  'IdentitySid',
  'AddressSid',
  'BundleSid',
]

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
    query: { Beta: FLAG, FriendlyName: TEXT, PhoneNumber: PHONE, Origin: TEXT, ...PAGED },
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
