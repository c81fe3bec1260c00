import type { TextNetwork } from '../carrier.ts'

const WHATSAPP = 'whatsapp:'

/** A number as Twilio writes it for a network: those of WhatsApp bear a prefix. */
export function addressOn(network: TextNetwork | undefined, phone: string): string {
  return network === 'whatsapp' ? WHATSAPP + phone : phone
}

/** The network that an address belongs to. */
export function networkOf(address: string): TextNetwork {
  return address.startsWith(WHATSAPP) ? 'whatsapp' : 'sms'
}

/** The number in an address. */
export function phoneIn(address: string): string {
  return networkOf(address) === 'whatsapp' ? address.slice(WHATSAPP.length) : address
}
