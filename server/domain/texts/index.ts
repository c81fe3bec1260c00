export { TextQueued } from './events.ts'
export { SmsOptedOut } from './faults.ts'
export type { OutgoingText, TextStatus } from './model.ts'
export { countSince, isOptedOut, optOut, outgoing, queue, receive, report } from './texts.ts'
