export {
  assertFree,
  byId,
  byIds,
  byVerifiedMobile,
  checkPassword,
  countryFor,
  create,
  markEmailVerified,
  sendMobileCode,
  setMobile,
  updateProfile,
  verifyMobile,
} from './accounts.ts'
export { MobileVerified, UserChanged } from './events.ts'
export { AccountSuspended, EmailTaken, InvalidCredentials, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
export { type Gate, gateOf, type NewAccount, type ProfileChanges, type Settings, type User } from './model.ts'
export { EmailSchema, PasswordSchema, TimezoneSchema, UsernameSchema } from './rules.ts'
