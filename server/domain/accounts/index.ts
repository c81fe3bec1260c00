export {
  assertFree,
  byId,
  byVerifiedMobile,
  checkPassword,
  confirmMobile,
  countryFor,
  create,
  markEmailVerified,
  setMobile,
  updateProfile,
} from './accounts.ts'
export { MobileVerified, UserChanged } from './events.ts'
export { AccountSuspended, EmailTaken, InvalidCredentials, MobileNotSet, MobileTaken, UsernameTaken } from './faults.ts'
export { type Gate, gateOf, type NewAccount, type ProfileChanges, type Settings, type User } from './model.ts'
export { EmailSchema, PasswordSchema, TimezoneSchema, UsernameSchema } from './rules.ts'
