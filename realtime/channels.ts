/**
 * A subject is what the bus and the doors fan out: one topic, as heard on one channel, told in one surface's words.
 * Channels and topics hold no space, so a space parts them.
 */
export interface Subject {
  readonly surface: string
  readonly channel: string
  readonly topic: string
}

/** The subject's name on the bus and at the doors. */
export function subjectOf({ surface, channel, topic }: Subject): string {
  return `${surface} ${channel} ${topic}`
}

/** The subject of a name, or undefined for a name that is none, such as the control subject. */
export function parseSubject(name: string): Subject | undefined {
  const [surface, channel, topic, ...rest] = name.split(' ')
  if (surface === undefined || channel === undefined || topic === undefined || rest.length > 0) return undefined
  return { surface, channel, topic }
}

/** The surface that a subject's name belongs to. */
export function surfaceOf(name: string): string {
  return name.slice(0, name.indexOf(' '))
}

/** What processes tell each other about sockets goes over this subject. */
export const CONTROL = 'control'
