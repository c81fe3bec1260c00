import { defineFault } from '#kit/fault'

/** Unknown, or somebody else's: both look the same. */
export const JobNotFound = defineFault('not_found', 'missing', 'There is no such scheduled job.')
export const JobRunning = defineFault('job_running', 'conflict', 'That job is running right now.')
export const JobFinished = defineFault('job_finished', 'conflict', 'That job is over.')
/** The moment is past, or so near that nobody could still change their mind. */
export const TimeInPast = defineFault('time_in_past', 'invalid', 'Name a time that is at least one minute ahead.')
