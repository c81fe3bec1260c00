export { changeKtag, type KtagChangesWithAvatar, ktagDeleted, takeOff, upload } from './avatars.ts'
