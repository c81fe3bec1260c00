import { defineFault } from '#kit/fault'

/** The text is no command; the sentence says what was not understood, and what may have been meant. */
export const CommandNotUnderstood = defineFault(
  'command_not_understood',
  'invalid',
  'I do not understand that. Send ? for the list.',
)

/** Several people or things are called that; the sentence names them. */
export const AmbiguousTarget = defineFault('ambiguous_target', 'invalid', 'Several are called that.')

/** There is nothing of that name. */
export const TargetNotFound = defineFault('not_found', 'missing', 'There is nothing of that name.')

/** There is no question to answer, or it has waited too long. */
export const NothingAsked = defineFault('nothing_asked', 'conflict', 'There is nothing to answer.')
