export { acceptByNewcomer, follow, openId, openIdAt } from './acceptance.ts'
export {
  type InviteLetter,
  isLetterWanted,
  letterOf,
  letterRefused,
  refuse,
  refusing,
  textFailed,
} from './delivery.ts'
export { InviteChanged, InviteLetterQueued } from './events.ts'
export {
  AlreadyAccepted,
  AlreadyFollowing,
  AlreadyInvited,
  AlreadyMember,
  InviteClosed,
  InviteNotFound,
  InviteUnknown,
  RecipientOptedOut,
} from './faults.ts'
export { byCode, find, list, numbered, revoke, send } from './invites.ts'
export { INVITE_STATES, type InviteDetail, type InviteState, type WantedInvite } from './model.ts'
export { forget, portable } from './privacy.ts'
export { keepUp, ktagGone, tidy } from './upkeep.ts'
export { InviteMessageSchema, sentence, signature, urlOf } from './wording.ts'
