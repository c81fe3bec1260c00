/** Twilio's test numbers. Source: Twilio, "Test credentials". */
export const MAGIC = {
  invalid: '+15005550001',
  unroutable: '+15005550002',
  noInternational: '+15005550003',
  blocked: '+15005550004',
  validFrom: '+15005550006',
  notOwnedFrom: '+15005550007',
  fullQueueFrom: '+15005550008',
  notMobile: '+15005550009',
  notForSale: '+15005550000',
} as const

const E164 = /^\+[1-9]\d{6,14}$/

/** Is this a number as the world writes them? */
export function isE164(phone: string): boolean {
  return E164.test(phone)
}

/** A number in a document: E.164, or one of the United States in any of its spellings. Null when it is neither. */
export function dialable(text: string): string | null {
  const digits = text.replace(/[\s().-]/g, '')
  if (isE164(digits)) return digits
  const national = /^1?(\d{10})$/.exec(digits)?.[1]
  return national === undefined ? null : `+1${national}`
}
