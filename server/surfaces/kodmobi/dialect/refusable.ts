import * as codes from '#domain/codes'
import { CountryNotSupported, NumberNotSupported } from '#domain/destinations'

/** Why a code is not sent. */
export const SENDING = [
  codes.ProjectHasNoChannels,
  codes.ProjectHasNoChannel,
  codes.UserNotAuthorizedOnChannel,
  codes.SentTooEarly,
  codes.PhoneBlocked,
  codes.Blocked,
  codes.WrongBalance,
  CountryNotSupported,
  NumberNotSupported,
] as const

/** Why a session cannot be begun. */
export const CREATING = [codes.ChannelNotAllowedCountry, codes.ChallengeFailed, ...SENDING] as const

/** Why a session that is there cannot be gone on with. */
export const GOING_ON = [codes.SessionNotFound, codes.SessionExpired] as const

/** Why a code does not pass. */
export const CHECKING = [...GOING_ON, codes.WrongCode, codes.PhoneBlocked, codes.ChallengeFailed] as const
