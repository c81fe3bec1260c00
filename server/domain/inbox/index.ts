export { MessageChanged } from './events.ts'
export { MessageNotFound } from './faults.ts'
export {
  attachAudio,
  byNumber,
  find,
  forget,
  fromPhone,
  get,
  isHeld,
  latest,
  leaveMessage,
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
export type { InboxFilter, InboxMessage, NewMessage, NewText, NewVoicemail, UnreadCount } from './model.ts'
