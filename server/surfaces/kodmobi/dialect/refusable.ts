import * as codes from '#domain/codes'
import { CountryNotSupported, NumberNotSupported } from '#domain/destinations'

/** Why nothing is sent, now or later. */
const NOTHING = [
  codes.ProjectHasNoChannels,
  codes.ProjectHasNoChannel,
  codes.PhoneBlocked,
  codes.Blocked,
  codes.WrongBalance,
  CountryNotSupported,
  NumberNotSupported,
] as const

/** Why a code is not sent. */
export const SENDING = [codes.UserNotAuthorizedOnChannel, codes.SentTooEarly, ...NOTHING] as const

/** Why a session cannot be begun. Whom its channel does not reach yet, or not again so soon, has one without a code. */
export const CREATING = [codes.ChannelNotAllowedCountry, codes.ChallengeFailed, ...NOTHING] as const

/** Why a session that is there cannot be gone on with. */
export const GOING_ON = [codes.SessionNotFound, codes.SessionExpired] as const

/** Why a code does not pass. */
export const CHECKING = [...GOING_ON, codes.WrongCode, codes.PhoneBlocked, codes.ChallengeFailed] as const
