/**
 * A subject is what doors fan out: one topic, as heard on one channel, told in one surface's words. Channels and topics
 * hold no space, so a space parts them.
 */
export interface Subject {
  readonly surface: string
  readonly channel: string
  /** A topic, or `EVERY_TOPIC`. */
  readonly topic: string
}

/** Stands for all topics of a channel: one subscription instead of many for those who want to hear everything. */
export const EVERY_TOPIC = '*'

/** The topic on which connections are told that their user's channels or topics are others now. No client hears it. */
export const REGRANTED = '!'

/** What processes tell each other about sockets is heard on this channel of the bus. */
export const CONTROL = 'control'

/** The name of a subject. */
export function subjectOf({ surface, channel, topic }: Subject): string {
  return `${surface} ${channel} ${topic}`
}

/** The subject of a name. */
export function parseSubject(name: string): Subject {
  const [surface = '', channel = '', topic = ''] = name.split(' ')
  return { surface, channel, topic }
}

/** The subject of everything on the same channel. */
export function wholeOf(subject: string): string {
  return `${busChannelOf(subject)} ${EVERY_TOPIC}`
}

/** Whether a subject is meant for connections themselves, not for their clients. */
export function isInternal(subject: string): boolean {
  return subject.endsWith(` ${REGRANTED}`)
}

/**
 * Where a subject is heard on the bus: its surface and channel. Topics are told apart where they arrive, since a user
 * watches many topics of one channel.
 */
export function busChannelOf(subject: string): string {
  const end = subject.lastIndexOf(' ')
  return end === -1 ? subject : subject.slice(0, end)
}

/** The surface that a subject, or a channel of the bus, belongs to; what belongs to none is one by itself. */
export function surfaceOf(subject: string): string {
  const end = subject.indexOf(' ')
  return end === -1 ? subject : subject.slice(0, end)
}

/** Whether a channel is one person's own. What is heard on the others is shared. */
export function isPersonal(channel: string): boolean {
  return channel.startsWith('user:')
}
