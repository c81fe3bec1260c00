export { CodeIssued } from './events.ts'
export { AlreadyVerified, ChallengeNotFound, CodeExpired, CodeInvalid } from './faults.ts'
export type { Challenge, CodeMessage, Purpose } from './model.ts'
export { check, issue, latest, message, resend, tidy } from './verification.ts'
