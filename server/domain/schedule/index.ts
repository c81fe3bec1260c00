export { release, run, secondsToNext, takeDue } from './claims.ts'
export { JobChanged } from './events.ts'
export { JobFinished, JobNotFound, JobRunning, TimeInPast } from './faults.ts'
export { forget, portable, tidy } from './leaving.ts'
export {
  type Claim,
  JOB_KINDS,
  JOB_STATES,
  type Job,
  type JobFilter,
  type JobKind,
  type JobSource,
  type JobState,
  type NewJob,
  RULES,
  type Timing,
} from './model.ts'
export { cancelAny, listAll, retry } from './operating.ts'
export { rehearse } from './rehearsal.ts'
export { add, byNumber, cancel, change, count, find, get, list, newest, openOf } from './schedule.ts'
export { lineOf } from './wording.ts'
