export { active, assertIdle, byId, end, setPrivacy, start } from './calls.ts'
export {
  CallChanged,
  CallEnded,
  CallStarted,
  ParticipantChanged,
  ParticipantDropped,
  ParticipantInvited,
} from './events.ts'
export {
  AlreadyInCall,
  CallInProgress,
  CallNotFound,
  GridCallNotFound,
  GridEmpty,
  NotCallHost,
  NothingToDial,
} from './faults.ts'
export { endGrid, gridCall, startGrid } from './grid-call.ts'
export {
  answered,
  dialIn,
  isLeg,
  type Leg,
  type LegProgress,
  legOf,
  legsOf,
  liveLegs,
  type Pressed,
  type Prompt,
  pressed,
  progress,
  roomLeft,
  roomMuted,
  roomOf,
} from './legs.ts'
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
export { PARTICIPANT_STATUSES } from './model.ts'
export { add, claimDial, dialAccepted, dialFailed, redial } from './participants.ts'
export { sweep } from './sweep.ts'
