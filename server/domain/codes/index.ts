export {
  type Answer,
  answered,
  dropCallback,
  queueCallback,
  type Telling,
  type Tidings,
  takeCallbacks,
  tidings,
  tidyCallbacks,
} from './callbacks.ts'
export { ManualMessageFinished } from './events.ts'
export {
  Blocked,
  ChallengeFailed,
  ChannelNotAllowedCountry,
  MessageNotFound,
  PhoneBlocked,
  ProjectHasNoChannel,
  ProjectHasNoChannels,
  SentTooEarly,
  SessionExpired,
  SessionNotFound,
  TokenUnknown,
  UserNotAuthorizedOnChannel,
  WrongBalance,
  WrongCode,
} from './faults.ts'
export {
  callbackOf,
  finishSilent,
  manualMessage,
  type Provider,
  providersOf,
  reportManual,
  sendManually,
  type WantedMessage,
} from './manual.ts'
export type { ChannelState, CodeSession, Kind, ManualMessage, ManualStatus } from './model.ts'
export {
  channelsOf,
  check,
  get,
  type Opened,
  open,
  type SentCode,
  send,
  type WantedSession,
  type Wishes,
} from './sessions.ts'
export { exchange } from './tokens.ts'
export { tidy } from './upkeep.ts'
