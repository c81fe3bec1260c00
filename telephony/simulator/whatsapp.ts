/** WhatsApp on the wire of messages: addresses with a prefix, templates, and when free text is taken. */

/** How WhatsApp is set up with the account. */
export interface WhatsAppSettings {
  /** Numbers that send by WhatsApp; each of the account's when left out. */
  readonly senders?: readonly string[]
  /** Approved templates by their SID (`HX…`): `{{1}} is your code.` */
  readonly templates?: Readonly<Record<string, string>>
}

const PREFIX = 'whatsapp:'

/** Whether an address is one of WhatsApp: `whatsapp:+15551230001`. */
export function isWhatsApp(address: string): boolean {
  return address.startsWith(PREFIX)
}

/** The number in an address. */
export function numberIn(address: string): string {
  return isWhatsApp(address) ? address.slice(PREFIX.length) : address
}

export function whatsAppAddress(phone: string): string {
  return PREFIX + phone
}

/** Free text is taken for so long after a person has written (twilio.com/docs/whatsapp/key-concepts). */
const WINDOW_MS = 24 * 3_600_000

/** When which person last wrote to which of our numbers. */
export class Windows {
  readonly #openedAt = new Map<string, number>()

  open(ours: string, person: string, now: Date): void {
    this.#openedAt.set(`${ours} ${person}`, now.getTime())
  }

  isOpen(ours: string, person: string, now: Date): boolean {
    return now.getTime() - (this.#openedAt.get(`${ours} ${person}`) ?? Number.NEGATIVE_INFINITY) < WINDOW_MS
  }

  clear(): void {
    this.#openedAt.clear()
  }
}

/** A template with its variables put in, `{"1":"1234"}`; null when the variables cannot be read, or one is missing. */
export function filledIn(template: string, variables: string): string | null {
  const given = read(variables)
  if (!given) return null
  const names = [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name)
  if (!names.every((name) => typeof given[name] === 'string' && given[name] !== '')) return null
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(given[name]))
}

function read(variables: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(variables)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
