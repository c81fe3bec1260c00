import { type Kind, like, TEXT, WHOLE } from '../kinds.ts'
import { isE164 } from '../magic-numbers.ts'
import { numberIn } from '../whatsapp.ts'

/** The parameters an operation knows, each with what it may hold. An empty one counts as left out. */
export type ParameterTable = Readonly<Record<string, Kind>>

export const DECIMAL = like(/^\d+(\.\d+)?$/)
/** A number as it is listed by. */
export const PHONE: Kind = isE164
/** The same with the prefix of WhatsApp, or without. */
export const MESSAGE_ADDRESS: Kind = (value) => isE164(numberIn(value))
/** A document, as far as its first character goes. */
export const TWIML = like(/^\s*</)
/** An absolute http or https address. */
export const ADDRESS: Kind = (value) => /^https?:\/\//.test(value) && URL.canParse(value)
/** A day, `2026-11-22`. */
export const DAY = like(/^\d{4}-\d{2}-\d{2}$/)
/** A moment in ISO 8601, or a day. */
export const MOMENT = like(/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/)

/** A SID of this kind of thing. */
export function sidOf(prefix: string): Kind {
  return like(new RegExp(`^${prefix}[0-9a-f]{32}$`, 'i'))
}

/** What leads a client through the pages of a list. */
export const PAGED = { PageSize: WHOLE, Page: WHOLE, PageToken: TEXT } as const

/** `Name`, `Name<` and `Name>`. */
export function range(name: string, kind: Kind): ParameterTable {
  return { [name]: kind, [`${name}<`]: kind, [`${name}>`]: kind }
}
