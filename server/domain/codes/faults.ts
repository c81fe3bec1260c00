import { defineFault } from '#kit/fault'

/** The project has no channel at all that could reach such a destination. */
export const ProjectHasNoChannels = defineFault(
  'project_has_no_channels',
  'invalid',
  'The project has no channels for this recipient.',
)
/** The project does not have the channel that was asked for. */
export const ProjectHasNoChannel = defineFault(
  'project_has_no_channel',
  'invalid',
  'The project does not have this channel.',
)
/** They have not let the channel reach them yet. `details.link`: where they do. */
export const UserNotAuthorizedOnChannel = defineFault(
  'user_not_authorized_on_channel',
  'forbidden',
  'The user has to allow this channel first.',
)
export const ChannelNotAllowedCountry = defineFault(
  'channel_not_allowed_country',
  'invalid',
  'The project does not send codes to phones of this country.',
)
/** Unknown, or of another project: both look the same. */
export const SessionNotFound = defineFault('session_not_found', 'missing', 'There is no such session.')
/** Over: its time is up, its code has come back, or it was spent. */
export const SessionExpired = defineFault('session_expired', 'gone', 'The session has expired. Create a new one.')
/** The guess is counted although it is refused. `details.count`: how many wrong ones are left. */
export const WrongCode = defineFault('wrong_code', 'invalid', 'The code is wrong.', { keepsUnit: true })
export const SentTooEarly = defineFault('sent_too_early', 'exhausted', 'Wait before you send another code.')
/** Too many wrong codes, or sessions, for this recipient in this project. */
export const PhoneBlocked = defineFault('phone_blocked', 'forbidden', 'This recipient is blocked for a while.')
/** Too few of the codes to numbers around this one have come back: somebody may be pumping. */
export const Blocked = defineFault('blocked', 'forbidden', 'Codes to numbers like this one are blocked for a while.')
export const ChallengeFailed = defineFault('challenge_failed', 'forbidden', 'The challenge was not passed.')
/** The project has used up what it may spend in this hour. */
export const WrongBalance = defineFault('wrong_balance', 'forbidden', 'The project may send no more codes for now.')
/** Unknown, used or too old: all look the same. */
export const TokenUnknown = defineFault('token_unknown', 'missing', 'There is no such token.')
export const MessageNotFound = defineFault('message_not_found', 'missing', 'There is no such message.')
