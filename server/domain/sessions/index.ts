export { LinkAsked, SessionCreated, SessionRevoked } from './events.ts'
export { SessionNotFound } from './faults.ts'
export {
  answerLinkRequest,
  askLink,
  holderOfLink,
  knownOf,
  type ResetProof,
  resetPassword,
  signInByLink,
} from './links.ts'
export type { Device, Session, SignedIn, Viewer } from './model.ts'
export { confirmRegistration, register, type WantedAccount } from './registration.ts'
export {
  authenticate,
  byId,
  forget,
  list,
  open,
  portable,
  recognise,
  revoke,
  revokeAll,
  stillSignedIn,
} from './sessions.ts'
export { confirmSignIn, signIn } from './sign-in.ts'
export { changePassword, endMisused, refresh, tidy } from './tokens.ts'
