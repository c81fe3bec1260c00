import { isE164, MAGIC } from '../magic-numbers.ts'
import type { Network } from '../network.ts'
import { isWhatsApp, numberIn } from '../whatsapp.ts'
import { invalid, RestError } from './errors.ts'

const ADDRESS = /^(sip|client|app):.+/

/** Refuse a call that cannot be placed. Throws `RestError`. */
export function checkCallEnds(network: Network, from: string | null, to: string | null): { from: string; to: string } {
  if (!to) throw invalid(21201, "No 'To' number is specified")
  if (!from) throw invalid(21213, "No 'From' number is specified")
  if (from === MAGIC.invalid || !isE164(from)) throw invalid(21212, `The 'From' number ${from} is not valid`)
  if (!isOwn(network, from)) throw invalid(21210, `The source phone number ${from} is not verified for your account`)
  if (to === MAGIC.unroutable) throw invalid(21214, `'To' number ${to} cannot be reached`)
  if (to === MAGIC.noInternational) throw invalid(21215, `Account not authorized to call ${to}`)
  if (to === MAGIC.blocked) throw invalid(21216, `Account not allowed to call ${to}`)
  if (to === MAGIC.invalid || !(isE164(to) || ADDRESS.test(to))) {
    throw invalid(21211, `Invalid 'To' Phone Number: ${to}`)
  }
  return { from, to }
}

/** Refuse a message that cannot be sent. Throws `RestError`. */
export function checkMessageEnds(
  network: Network,
  from: string | null,
  to: string | null,
): { from: string; to: string } {
  if (!to) throw invalid(21604, "A 'To' phone number is required")
  if (!from) throw invalid(21603, "A 'From' phone number is required")
  if (isWhatsApp(from) || isWhatsApp(to)) return checkWhatsAppEnds(network, from, to)
  if (from === MAGIC.invalid || !isE164(from)) throw invalid(21212, `The 'From' number ${from} is not valid`)
  if (from === MAGIC.fullQueueFrom) throw new RestError(429, 21611, `The queue of the 'From' number ${from} is full`)
  if (!isOwn(network, from))
    throw invalid(21606, `The 'From' phone number ${from} is not a valid, message-capable number`)
  if (to === MAGIC.unroutable) throw invalid(21612, `The 'To' phone number ${to} is not reachable`)
  if (to === MAGIC.noInternational) throw invalid(21408, `Permission to send an SMS to ${to} has not been enabled`)
  if (to === MAGIC.blocked) throw invalid(21610, 'Attempt to send to unsubscribed recipient')
  if (to === MAGIC.notMobile) throw invalid(21614, `'To' number ${to} is not a valid mobile number`)
  if (to === MAGIC.invalid || !isE164(to)) throw invalid(21211, `Invalid 'To' Phone Number: ${to}`)
  return { from, to }
}

function checkWhatsAppEnds(network: Network, from: string, to: string): { from: string; to: string } {
  const ends = { from, to }
  if (!isWhatsApp(from) || !isWhatsApp(to)) {
    throw invalid(21910, 'Invalid From and To pair. From and To should be of the same channel')
  }
  if (!network.settings.whatsApp.senders.includes(numberIn(from))) {
    throw invalid(63007, 'Twilio could not find a Channel with the specified From address')
  }
  if (!isE164(numberIn(to))) throw invalid(21211, `Invalid 'To' Phone Number: ${to}`)
  return ends
}

function isOwn(network: Network, phone: string): boolean {
  return phone !== MAGIC.notOwnedFrom && (phone === MAGIC.validFrom || network.ownNumber(phone) !== null)
}
