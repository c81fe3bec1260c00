import { defineFault } from '#kit/fault'

/** One call at a time for each person, as host or as guest. */
export const CallInProgress = defineFault('call_in_progress', 'conflict', 'You are already on a call. Hang up first.')
export const CallNotFound = defineFault('not_found', 'missing', 'You are not on a call.')
export const NotCallHost = defineFault('not_call_host', 'forbidden', 'Only the host can do this.')
export const AlreadyInCall = defineFault('already_in_call', 'conflict', 'They are on this call already.')
/** Nobody stands on the grid, within what the plan allows, whose number could be rung. */
export const GridEmpty = defineFault('grid_empty', 'invalid', 'There is nobody on your grid to call.')
export const GridCallNotFound = defineFault('not_found', 'missing', 'Your grid is not being called.')
/** Nobody in the request has a number that could be rung. */
export const NothingToDial = defineFault('validation_failed', 'invalid', 'There is no number to call.')
