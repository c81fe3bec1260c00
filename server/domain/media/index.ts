export { FileNotFound, StreamTokenExpired, StreamTokenInvalid } from './faults.ts'
export { add, find, get, readTicket, streamTicket } from './media.ts'
export type { Blobs, MediaFile, StreamTicket } from './model.ts'
export { hide, keep, lockPurgeable, purgeable, purgeLater, remove } from './purging.ts'
