import { clockChanges, DAY_MS, offsetAt, type WallTime } from './zone.ts'

/**
 * Calendars as others read them: iCalendar, RFC 5545. A property is its name, with its parameters if it has any, and its
 * value as it stands in the file; a component is its name and what is in it.
 */
export type Property = readonly [name: string, value: string]
export interface Component {
  readonly name: string
  readonly properties: readonly Property[]
  readonly components?: readonly Component[]
}

/** No line is longer than so many octets, its break left out (3.1). */
const LINE_OCTETS = 75

/** A component as a file: lines folded, each ended by CR and LF. */
export function writeCalendar(calendar: Component): string {
  return linesOf(calendar).map(folded).join('')
}

/** A text as a value (3.3.11); control characters, which no value may hold, are left out. */
export function textValue(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a value.
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .replace(/[\\;,]/g, '\\$&')
      .replace(/\n/g, '\\n')
  )
}

/** A moment, in UTC (3.3.5). */
export function utcValue(moment: Date): string {
  return `${wallValue(moment.getTime())}Z`
}

/** A time as clocks on the wall show it (3.3.5); the property says where. */
export function wallValue(wall: WallTime): string {
  return new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, '')
}

/** A day, `YYYY-MM-DD`, as a value (3.3.4). */
export function dayValue(day: string): string {
  return day.replaceAll('-', '')
}

/** The parameter that says by which zone's clocks a time is meant; a zone in whose name a `:` stands is quoted. */
export function zoneParameter(zone: string): string {
  return /^[\w/+-]+$/.test(zone) ? `TZID=${zone}` : `TZID="${zone}"`
}

/** The clocks of a zone between the beginnings of two years, UTC: each change as it was or will be made (3.6.5). */
export function timezoneComponent(zone: string, fromYear: number, toYear: number): Component {
  const start = Date.UTC(fromYear, 0, 1)
  const offset = offsetAt(zone, start)
  const rules = new Map([[`${offset} ${offset}`, { before: offset, after: offset, at: [start] }]])
  for (const { at, before, after } of clockChanges(zone, fromYear, toYear)) {
    const rule = rules.get(`${before} ${after}`)
    if (rule) rule.at.push(at)
    else rules.set(`${before} ${after}`, { before, after, at: [at] })
  }
  return {
    name: 'VTIMEZONE',
    properties: [['TZID', zone]],
    components: [...rules.values()].map(({ before, after, at: [first = start, ...more] }) => ({
      name: after > before ? 'DAYLIGHT' : 'STANDARD',
      properties: [
        ['DTSTART', wallValue(first + before)],
        ['TZOFFSETFROM', offsetValue(before)],
        ['TZOFFSETTO', offsetValue(after)],
        ...(more.length > 0 ? [['RDATE', more.map((at) => wallValue(at + before)).join(',')] as const] : []),
      ],
    })),
  }
}

function linesOf({ name, properties, components = [] }: Component): readonly string[] {
  return [
    `BEGIN:${name}`,
    ...properties.map(([property, value]) => `${property}:${value}`),
    ...components.flatMap(linesOf),
    `END:${name}`,
  ]
}

/** A line in pieces, none of which ends within a character; each after the first begins with a space (3.1). */
function folded(line: string): string {
  let [text, octets] = ['', 0]
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > LINE_OCTETS) {
      text += '\r\n '
      octets = 1
    }
    text += character
    octets += size
  }
  return `${text}\r\n`
}

/** By how much clocks lead UTC (3.3.14). */
function offsetValue(offset: number): string {
  const clock = wallValue(Math.abs(offset) % DAY_MS).slice(9)
  return `${offset < 0 ? '-' : '+'}${clock.endsWith('00') ? clock.slice(0, 4) : clock}`
}
