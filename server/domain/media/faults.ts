import { defineFault } from '#kit/fault'

/** Unknown, or not yours to play. */
export const FileNotFound = defineFault('not_found', 'missing', 'There is no such file.')
export const StreamTokenInvalid = defineFault(
  'stream_token_invalid',
  'unauthenticated',
  'That stream address is not valid.',
)
export const StreamTokenExpired = defineFault(
  'stream_token_expired',
  'unauthenticated',
  'That stream address has expired.',
)
