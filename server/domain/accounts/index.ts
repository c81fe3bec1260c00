export {
  assertFree,
  byId,
  byIds,
  byVerifiedEmail,
  byVerifiedMobile,
  changePlan,
  countryFor,
  create,
  hold,
  holdPresent,
  markEmailVerified,
  noteChange,
  sendMobileCode,
  setAvatar,
  setMobile,
  updateProfile,
  verifyMobile,
} from './accounts.ts'
export { avatarUrl } from './addresses.ts'
export { close, erase, portable } from './closing.ts'
export { changeEmail, formerEmail, takeEmail } from './emails.ts'
export { EmailChanged, MobileVerified, PasswordChanged, UserChanged, UserSuspended } from './events.ts'
export { AccountSuspended, EmailTaken, InvalidCredentials, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
export { type Gate, gateOf, type NewAccount, type ProfileChanges, type Settings, type User } from './model.ts'
export {
  checkPassword,
  choosePassword,
  hasPassword,
  identify,
  isStillPassword,
  type Proven,
  setPassword,
} from './passwords.ts'
export {
  EmailSchema,
  isReservedName,
  PasswordSchema,
  PersonNameSchema,
  TimezoneSchema,
  UsernameSchema,
} from './rules.ts'
export { type UserRow, userOf } from './store.ts'
export { restore, suspend } from './suspension.ts'
