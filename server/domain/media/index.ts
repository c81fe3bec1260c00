export { FileNotFound, StreamTokenExpired, StreamTokenInvalid } from './faults.ts'
export { type Known, kindOf, type PhotoType } from './kinds.ts'
export { add, addOnce, find, findPublic, get, isInUse, readTicket, streamTicket } from './media.ts'
export type {
  Blobs,
  ByteRange,
  CleanPicture,
  MediaFile,
  MediaTools,
  Pictures,
  ReadyFile,
  SentFile,
  StreamTicket,
  Use,
} from './model.ts'
export { filesOf, portable } from './portable.ts'
export { erase, forget, hide, isLeft, keep, lockPurgeable, purgeable, purgeLater } from './purging.ts'
export {
  AUDIO_TYPES,
  PHOTO_TYPES,
  readAvatar,
  readUpload,
  storedBytes,
  UPLOAD_BYTES,
  withStored,
  withUpload,
} from './uploads.ts'
export { attach, type FileUse, playable, release, usedBy } from './uses.ts'
