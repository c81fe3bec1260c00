export { FileNotFound, StreamTokenExpired, StreamTokenInvalid } from './faults.ts'
export { type Known, kindOf, type PhotoType } from './kinds.ts'
export { add, addOnce, find, get, isInUse, readTicket, streamTicket } from './media.ts'
export type { Blobs, CleanPicture, MediaFile, Pictures, StreamTicket } from './model.ts'
