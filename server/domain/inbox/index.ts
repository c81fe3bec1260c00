export { MessageChanged, VoicemailLeft } from './events.ts'
export { MessageNotFound } from './faults.ts'
export {
  attachAudio,
  fromPhone,
  get,
  leaveVoicemail,
  list,
  mark,
  postponeSound,
  remove,
  unreadCount,
  voicemailSound,
  voicemailsToFetch,
} from './inbox.ts'
export { unheardAmong } from './late.ts'
export type { InboxFilter, InboxMessage, NewVoicemail, UnreadCount, VoicemailSound } from './model.ts'
export { expectVoicemail, voicemailRecorded } from './visits.ts'
