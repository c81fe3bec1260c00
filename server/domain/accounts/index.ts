export {
  assertFree,
  byId,
  byIds,
  byVerifiedMobile,
  changePlan,
  countryFor,
  create,
  hold,
  markEmailVerified,
  noteChange,
  sendMobileCode,
  setMobile,
  updateProfile,
  verifyMobile,
} from './accounts.ts'
export { MobileVerified, PasswordChanged, UserChanged } from './events.ts'
export { AccountSuspended, EmailTaken, InvalidCredentials, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
export { type Gate, gateOf, type NewAccount, type ProfileChanges, type Settings, type User } from './model.ts'
export { checkPassword, hasPassword, identify, setPassword } from './passwords.ts'
export { EmailSchema, isReservedName, PasswordSchema, TimezoneSchema, UsernameSchema } from './rules.ts'
