import { defineFault } from '#kit/fault'

/** Unknown, somebody else's, or not there for the one who asks: all look the same. */
export const StatusNotFound = defineFault('not_found', 'missing', 'There is no such status.')
/** Those who follow the tag may post on it; this person does not follow it, or is kept from posting by its owner. */
export const PostingNotAllowed = defineFault('posting_not_allowed', 'forbidden', 'You may not post on this tag.')
export const EditWindowClosed = defineFault(
  'edit_window_closed',
  'conflict',
  'A status can be changed for 24 hours after it was posted.',
)
