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
  markEmailVerified,
  noteChange,
  sendMobileCode,
  setAvatar,
  setMobile,
  updateProfile,
  verifyMobile,
} from './accounts.ts'
export { avatarUrl } from './addresses.ts'
export { changeEmail, formerEmail, takeEmail } from './emails.ts'
export { EmailChanged, MobileVerified, PasswordChanged, UserChanged } from './events.ts'
export { AccountSuspended, EmailTaken, InvalidCredentials, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
export { type Gate, gateOf, type NewAccount, type ProfileChanges, type Settings, type User } from './model.ts'
export { checkPassword, choosePassword, hasPassword, identify, setPassword } from './passwords.ts'
export { EmailSchema, isReservedName, PasswordSchema, TimezoneSchema, UsernameSchema } from './rules.ts'
