export { CodeIssued, LinkIssued } from './events.ts'
export { AlreadyVerified, ChallengeNotFound, CodeExpired, CodeInvalid, LinkExpired, LinkInvalid } from './faults.ts'
export { consumeLink, issueLink, linkMessage, readLink } from './links.ts'
export type {
  Challenge,
  Channel,
  CodeMessage,
  Judged,
  Language,
  Link,
  LinkMessage,
  LinkPurpose,
  Policy,
  Purpose,
  Wording,
} from './model.ts'
export { CHANNELS, LANGUAGES, PAID_CHANNELS } from './model.ts'
export { freeAt, type Sent } from './sends.ts'
export {
  check,
  forget,
  type Guess,
  guess,
  issue,
  latest,
  message,
  ofDestination,
  ofRealm,
  open,
  openFor,
  resend,
  send,
  sentTo,
  tidy,
  type WantedCode,
  withdraw,
  withdrawSignIns,
} from './verification.ts'
export { type CodeLetter, type CodeSpeech, codeLetter, codeNote, codeSpeech, codeText } from './words.ts'
