import { defineFault } from '#kit/fault'

/** Unknown, or not to be seen by the reporter: both look the same. */
export const TargetNotFound = defineFault('not_found', 'missing', 'There is no such thing to report.')
export const AlreadyReported = defineFault(
  'already_reported',
  'conflict',
  'You have reported this. We are looking into it.',
)
/** For those who decide: no report has this number. */
export const ReportNotFound = defineFault('not_found', 'missing', 'There is no such report.')
