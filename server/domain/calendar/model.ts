/** How an event may come round. */
export const REPEATS = ['none', 'daily', 'weekdays', 'weekly', 'monthly', 'yearly'] as const
export type Repeat = (typeof REPEATS)[number]

/** How somebody may be reminded. */
export const REMINDER_WAYS = ['push', 'sms', 'email'] as const
export type ReminderWay = (typeof REMINDER_WAYS)[number]

/** What may be done when an event begins. */
export const ACTION_TYPES = ['text', 'status', 'call', 'grid_call'] as const

/** What is done by itself when an event begins. */
export interface Action {
  readonly type: (typeof ACTION_TYPES)[number]
  /** Whom a text or a call goes to, as commands write it: `@mom`, `#band`, `*jazz`, a number; several with commas. */
  readonly to: string | null
  /** The own tag that a status is posted on; the primary one when null. */
  readonly ktag: string | null
  readonly body: string | null
}

/** When an event takes place: all that its occurrences follow from. */
export interface Series {
  readonly startsAt: Date
  /** Null: it has no end that anybody has said. */
  readonly endsAt: Date | null
  /** From the beginning of a day to that of another, as the clocks of its time zone have it. */
  readonly isAllDay: boolean
  /** IANA; the clocks that repeats keep to. */
  readonly timezone: string
  readonly repeat: Repeat
  /** Days, `YYYY-MM-DD` in its time zone, on which it does not come round. */
  readonly removedOn: readonly string[]
}

/** What somebody decides about an event. */
export interface EventSettings extends Omit<Series, 'removedOn'> {
  readonly title: string
  readonly notes: string | null
  readonly location: string | null
  /** How long before it begins its owner is reminded; null: not at all. */
  readonly reminderMinutes: number | null
  readonly remindVia: readonly ReminderWay[]
  readonly action: Action | null
}

/** An entry in somebody's calendar. */
export interface CalendarEvent extends EventSettings, Series {
  readonly id: string
  /** What its owner calls it by text: counted from 1. */
  readonly number: number
  readonly ownerId: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** One time that an event takes place. */
export interface Occurrence {
  readonly startsAt: Date
  readonly endsAt: Date | null
  /** Its day in the time zone of the event, `YYYY-MM-DD`. */
  readonly on: string
}

/** An event, at one of its times. */
export interface EventAt {
  readonly event: CalendarEvent
  readonly occurrence: Occurrence
}

/** A new event; what is absent is as usual: not for whole days, in its owner's time zone, once, without a reminder. */
export type NewEvent = Pick<EventSettings, 'title' | 'startsAt'> & Partial<EventSettings>

/** What changes about an event; absent keys stay as they are. */
export type EventChanges = Partial<EventSettings>

/** From one moment until before another. */
export interface Window {
  readonly from: Date
  readonly to: Date
}

export const RULES = {
  /** What is shown when nobody says how far ahead. */
  windowDays: 90,
  mostWindowDays: 366,
  /** An event that comes once lasts so long at most. */
  mostDays: 366,
  mostRemoved: 1000,
  /** Nothing happens before or after these, so that clocks and calendars of all kinds can show it. */
  earliest: new Date('1970-01-01T00:00:00Z'),
  latest: new Date('2100-01-01T00:00:00Z'),
} as const
