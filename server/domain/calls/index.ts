export { active, assertIdle, byId, countCallees, end, findActive, setPrivacy, start } from './calls.ts'
export {
  type Control,
  control,
  controlled,
  controlWanted,
  muteOthers,
  type RoomReport,
  roomJoined,
  roomReported,
  type WantedControl,
} from './controls.ts'
export {
  type CallLeft,
  callLeftBy,
  type DialledIn,
  dialIn,
  goBack,
  type LetIn,
  type WentBack,
} from './dial-in.ts'
export {
  CallChanged,
  CallEnded,
  CallShown,
  CallStarted,
  CallWarned,
  LegDoubted,
  ParticipantChanged,
  ParticipantControlled,
  ParticipantDropped,
  RoomDoubted,
  RoomHaunted,
} from './events.ts'
export {
  AlreadyInCall,
  CallInProgress,
  CallNotAllowed,
  CallNotFound,
  CallRefused,
  CallTooLarge,
  GridCallNotFound,
  GridEmpty,
  HostNotRemovable,
  MutedByHost,
  NoOpenCall,
  NotCallHost,
  NothingToDial,
  ParticipantNotFound,
  ParticipantNotJoined,
} from './faults.ts'
export { countGrid, endGrid, gridCall, startGrid } from './grid-call.ts'
export type { RoomEntry } from './join.ts'
export { ringInByPin, ringInByTag } from './joining.ts'
export { forget, portable, purge } from './leaving.ts'
export { takeLegs, tidyLegUses } from './leg-budget.ts'
export {
  answered,
  isLeg,
  type Leg,
  legOf,
  legsOf,
  mailboxOf,
  type Pressed,
  type Prompt,
  pressed,
  roomLeft,
} from './legs.ts'
export { type LiveCall, liveOn } from './live.ts'
export { type MinutesUsage, usageOf } from './minutes.ts'
export type {
  Call,
  CallDetail,
  CalledGroup,
  Callee,
  Participant,
  ParticipantStatus,
  Privacy,
  WantedCall,
} from './model.ts'
export { PARTICIPANT_STATUSES, roomOf } from './model.ts'
export { add, claimDial, dialAccepted, dialFailed, redial } from './participants.ts'
export { freePin, tidyPinTries, wrongPin } from './pins.ts'
export {
  confirmRoom,
  differs,
  endedAmong,
  joinedLegs,
  type KnownLeg,
  legsAmong,
  liveLegs,
  type PresentMember,
  type SeenJoined,
} from './presence.ts'
export { type LegProgress, progress, progressAll } from './progress.ts'
export { isBusy, isLeftAlone, refuse } from './quiet.ts'
export { ringAgain } from './redial.ts'
export { remove } from './removal.ts'
export { type Speakers, speakersToTell, spoke } from './speaking.ts'
export { sweep } from './sweep.ts'
export { isEndingBy } from './warning.ts'
