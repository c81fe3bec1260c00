export { MessageChanged } from './events.ts'
export { MessageNotFound } from './faults.ts'
export {
  attachAudio,
  find,
  fromPhone,
  get,
  isHeld,
  leaveText,
  leaveVoicemail,
  list,
  mark,
  remove,
  removeVoicemailsPast,
  setTranscript,
  unreadCount,
  wipe,
  withdraw,
} from './inbox.ts'
export type { InboxFilter, InboxMessage, NewText, NewVoicemail, UnreadCount } from './model.ts'
