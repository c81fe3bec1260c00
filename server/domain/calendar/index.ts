export { JobRunning } from '#domain/schedule'
export { count, create, edit, get, list, numbered, remove, removeOccurrence, upcoming, windowOf } from './calendar.ts'
export { CalendarChanged, ReminderDue } from './events.ts'
export { ActionTargetNotFound, EventNotFound, OccurrenceNotFound, TooManyRemoved } from './faults.ts'
export { closeFeed, type FeedAddress, feedOf, openFeed, readFeed } from './feed.ts'
export { forget, portable } from './leaving.ts'
export {
  ACTION_TYPES,
  type Action,
  type CalendarEvent,
  type EventAt,
  type EventChanges,
  type NewEvent,
  type Occurrence,
  REMINDER_WAYS,
  REPEATS,
} from './model.ts'
export { goOn, jobIds, planDue, type ReminderTask } from './planning.ts'
export { eventAt, remind, reminderLetter } from './reminders.ts'
export { firstWall, occurrencesIn, skippedStarts, wallOfDay } from './repeats.ts'
export { EventTitleSchema } from './rules.ts'
