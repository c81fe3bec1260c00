import { defineFault } from '#kit/fault'

/** Unknown, ended, or somebody else's: all look the same. */
export const SessionNotFound = defineFault('not_found', 'missing', 'There is no such session.')
