export { deletedAtCarrier, deletionsDue, isDiscarded, isToDelete, postponeDeletion, unexpected } from './deletions.ts'
export { CarrierCopyUnneeded, SoundWanted } from './events.ts'
export { GreetingNotPlayable, LinkExpired, LinkUnknown, VoicemailGone } from './faults.ts'
export { changeGreeting, enterOwnMailbox, isInOwnMailbox, keepGreeting, useStandardGreeting } from './greetings.ts'
export { unheardAmong } from './late.ts'
export { forget, isLeft, portable, purge } from './leaving.ts'
export { mailboxAgain, mailboxOf } from './mailbox.ts'
export { type Mailbox, type OwnerRing, type RecordingReport, RULES } from './model.ts'
export { heardByLink, sendDueNotices } from './notices.ts'
export { type Heard, recorded, settle, takeBack, wasSilent } from './recordings.ts'
export { messageDeleted, purgeFiles, removeOld, tidy } from './retention.ts'
export {
  type AfterRing,
  type OwnerChoice,
  type OwnerPrompt,
  ownerHungUp,
  ownerPickedUp,
  ownerPressed,
  ringEnded,
  ringName,
  ringOwner,
} from './rings.ts'
export { isSoundWanted, postponeSound, soundKey, soundsDue, storeSound } from './sounds.ts'
export { postponeTranscript, transcribed, transcriptsDue } from './transcripts.ts'
