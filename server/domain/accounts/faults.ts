import { defineFault } from '#kit/fault'

export const UsernameTaken = defineFault('username_taken', 'conflict', 'That username is taken.')
export const EmailTaken = defineFault('email_taken', 'conflict', 'That email address belongs to another account.')
/** Only a verified holder keeps others from a number. */
export const MobileTaken = defineFault('mobile_taken', 'conflict', 'That number belongs to another account.')
export const MobileNotSet = defineFault('mobile_not_set', 'conflict', 'Set your mobile number first.')
/** Unknown user and wrong password look the same. */
export const InvalidCredentials = defineFault('invalid_credentials', 'unauthenticated', 'Wrong username or password.')
export const AccountSuspended = defineFault('account_suspended', 'forbidden', 'This account is suspended.')
