import { defineFault } from '#kit/fault'

/** One call at a time for each person, as host or as guest. */
export const CallInProgress = defineFault('call_in_progress', 'conflict', 'You are already on a call. Hang up first.')
export const CallNotFound = defineFault('not_found', 'missing', 'You are not on a call.')
export const NotCallHost = defineFault('not_call_host', 'forbidden', 'Only the host can do this.')
export const AlreadyInCall = defineFault('already_in_call', 'conflict', 'They are on this call already.')
/** Nobody stands on the grid, within what the plan allows, whose number could be rung. */
export const GridEmpty = defineFault('grid_empty', 'invalid', 'There is nobody on your grid to call.')
export const GridCallNotFound = defineFault('not_found', 'missing', 'Your grid is not being called.')
/** No carrier's conference holds more, whatever was agreed with an account. */
export const CallTooLarge = defineFault(
  'call_too_large',
  'invalid',
  'A call holds 250 people at most, its host included.',
)
/** Nobody in the request has a number that could be rung. */
export const NothingToDial = defineFault('validation_failed', 'invalid', 'There is no number to call.')
export const ParticipantNotFound = defineFault('not_found', 'missing', 'There is nobody like that on your call.')
/** Only who is in the room can be muted or put on hold. */
export const ParticipantNotJoined = defineFault('participant_not_joined', 'conflict', 'They are not on the line.')
/** What the host has muted, nobody else unmutes. */
export const MutedByHost = defineFault('muted_by_host', 'forbidden', 'The host has muted you.')
export const HostNotRemovable = defineFault(
  'host_not_removable',
  'conflict',
  'You cannot remove yourself. Hang up to leave, or end the call.',
)
/** They pressed 2 at one of this host's calls, or too many others have refused to be called. */
export const CallRefused = defineFault('call_refused', 'conflict', 'They do not want to be called.')
/** The owner of a tag does not want this person's calls, for whatever reason. */
export const CallNotAllowed = defineFault('call_not_allowed', 'forbidden', 'They are not taking your calls.')
/** Nobody has opened a call there, or no open call has this PIN: whoever guesses PINs learns nothing else, and pays. */
export const NoOpenCall = defineFault('not_found', 'missing', 'There is no open call there.', { keepsUnit: true })
