export { MediaAnnounced, MediaSettled } from './events.ts'
export { announce, due, expire, filesFor, forget, keep, mediaOf, refuse, release, take } from './mms.ts'
export { blobKeyOf, type Medium, type MediumAddress, type Refusal, type WaitingMedium } from './model.ts'
