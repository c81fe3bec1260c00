import { defineFault } from '#kit/fault'

/** The code is not the one that was sent; the guess is counted although it is refused. */
export const CodeInvalid = defineFault('code_invalid', 'invalid', 'That code is not right.', { keepsUnit: true })
export const CodeExpired = defineFault('code_expired', 'invalid', 'That code has expired. Ask for a new one.')
/** Unknown, used, replaced or expired: all look the same. */
export const ChallengeNotFound = defineFault('not_found', 'missing', 'There is no such open challenge.')
export const AlreadyVerified = defineFault('already_verified', 'conflict', 'That is verified already.')
/** Unknown, used or replaced: all look the same. */
export const LinkInvalid = defineFault('link_invalid', 'invalid', 'That link is not valid. Ask for a new one.')
export const LinkExpired = defineFault('link_expired', 'invalid', 'That link has expired. Ask for a new one.')
