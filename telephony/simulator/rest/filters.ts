import { invalid } from './errors.ts'

/** Does a text match the parameter of this name, if it is given? */
export function isEqual(query: URLSearchParams, name: string, value: string | null): boolean {
  const wanted = query.get(name)
  return wanted === null || wanted === value
}

/**
 * Does a moment match `Name`, `Name>` and `Name<`, if given? Both bounds include their own second (or day, for a date
 * without time), as Twilio's do.
 */
export function isWithin(query: URLSearchParams, name: string, moment: Date): boolean {
  const [same, after, before] = [name, `${name}>`, `${name}<`].map((key) => span(query.get(key), key))
  const at = Math.floor(moment.getTime() / 1000) * 1000
  if (same && (at < same.from || at >= same.to)) return false
  if (after && at < after.from) return false
  return !(before && at >= before.to)
}

function span(value: string | null, name: string): { readonly from: number; readonly to: number } | null {
  if (value === null) return null
  const from = Date.parse(value)
  if (Number.isNaN(from)) throw invalid(20001, `${name} is not a date: ${value}`)
  const second = Math.floor(from / 1000) * 1000
  return { from: second, to: second + (value.length <= 10 ? 86_400_000 : 1000) }
}
