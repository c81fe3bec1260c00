/** What may stand in a path or a query. */
export type Value = string | number | boolean
/** Values by name; undefined ones are left out. */
export type Values = Readonly<Record<string, Value | readonly Value[] | null | undefined>>

/**
 * The address of an operation: the path with its parameters filled in, and the query. Throws a `TypeError` on a
 * parameter that is missing, or that would lead to another path.
 */
export function addressOf(base: string, path: string, params: Values = {}, query: Values = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, params[name]))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    for (const one of Array.isArray(value) ? value : [value]) asked.append(name, String(one))
  }
  const search = asked.toString()
  return `${base}${filled}${search === '' ? '' : `?${search}`}`
}

/** The address of sockets that belongs to one of requests. */
export function socketAddress(url: string): string {
  return url.replace(/^http/, 'ws')
}

/** An address without the slash that people like to put at its end. */
export function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}

function segment(name: string, value: Values[string]): string {
  const text = value === undefined || value === null ? '' : String(value)
  // Browsers and servers take these for steps between folders, however they are encoded.
  if (text === '' || text === '.' || text === '..') throw new TypeError(`The path needs a ${name}.`)
  return encodeURIComponent(text)
}
