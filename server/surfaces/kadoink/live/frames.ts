import type { z } from 'zod'
import type { EventType } from '#kit/event'
import { asFault } from '#kit/fault'
import type { Audience, LiveFrame } from '#kit/live'
import type { EVENTS } from './declared.ts'

/** The topics that each person has of their own. */
export const OWN_TOPICS = [
  'inbox',
  'feed',
  'statuses',
  'call',
  'grid',
  'jobs',
  'calendar',
  'tags',
  'book',
  'invites',
  'account',
] as const

/** Declares the frames of an event. */
export type On = <Data>(
  type: EventType<Data>,
  render: (audience: Audience<Data>) => Promise<readonly LiveFrame[]> | readonly LiveFrame[],
) => void

/** What may be watched on demand: where it is heard, and what is there now. */
export interface Watched {
  readonly channel: string
  readonly snapshot: unknown
}

type Events = typeof EVENTS

/** A frame of a person's own topic, as it is declared: `declared.ts` says which events there are, and what each holds. */
export function frame<Name extends keyof Events>(
  topic: Events[Name]['topic'],
  event: Name,
  data: z.input<Events[Name]['data']>,
): LiveFrame {
  return { topic, event, data }
}

/** Who listens on a channel; null on channels that are not one person's own. */
export function viewerOf(channel: string): string | null {
  return channel.startsWith('user:') ? channel.slice('user:'.length) : null
}

/** What a read gives, or null when it is missing: it may be gone by the time its event is told. */
export async function gone<Thing>(read: Promise<Thing>): Promise<Thing | null> {
  return read.catch((error: unknown) => {
    if (asFault(error).type.kind === 'missing') return null
    throw error
  })
}
