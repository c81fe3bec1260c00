import { defineFault } from '#kit/fault'

export const EventNotFound = defineFault('not_found', 'missing', 'There is no such event.')
/** The event does not take place at that time, or not any more. */
export const OccurrenceNotFound = defineFault('not_found', 'missing', 'The event does not take place then.')
/** An action is for somebody, or is posted on a tag, that there is not. */
export const ActionTargetNotFound = defineFault('not_found', 'missing', 'There is nobody like that.')
export const TooManyRemoved = defineFault(
  'too_many_removed',
  'conflict',
  'So many of its times are removed that no more can be. Make another event.',
)
