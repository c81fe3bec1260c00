export { MessageChanged, VoicemailLeft } from './events.ts'
export { MessageNotFound } from './faults.ts'
export { attachAudio, fromPhone, get, leaveVoicemail, list, mark, remove, unreadCount } from './inbox.ts'
export type { InboxFilter, InboxMessage, NewVoicemail, UnreadCount } from './model.ts'
