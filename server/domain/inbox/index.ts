export { MessageChanged } from './events.ts'
export { MessageNotFound } from './faults.ts'
export {
  attachAudio,
  find,
  forget,
  fromPhone,
  get,
  isHeld,
  leaveText,
  leaveVoicemail,
  list,
  mark,
  portable,
  purge,
  remove,
  removeVoicemailsPast,
  setTranscript,
  unreadCount,
  wipe,
  withdraw,
} from './inbox.ts'
export type { InboxFilter, InboxMessage, NewText, NewVoicemail, UnreadCount } from './model.ts'
