import type { ReminderTask } from '#domain/calendar'
import type { WantedCall } from '#domain/calls'
import type { NewStatus } from '#domain/statuses'

/** What a job was ordered to do where a command would say less; kept with the job as JSON. */
export type Task =
  | { readonly do: 'call'; readonly wanted: WantedCall }
  | { readonly do: 'grid_call'; readonly wanted: Pick<WantedCall, 'title' | 'privacy'> }
  | { readonly do: 'status'; readonly wanted: NewStatus }
  | ReminderTask
