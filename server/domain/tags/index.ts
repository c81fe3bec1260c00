export {
  channelOfFollowers,
  channelOfPage,
  FollowChanged,
  FollowersChanged,
  KtagChanged,
  KtagHidden,
  PhoneFollowersChanged,
} from './events.ts'
export {
  KtagNotFound,
  KtagOnCall,
  KtagRenamed,
  KtagTaken,
  NotFollowing,
  NotKtagOwner,
  OwnKtag,
  PrimaryKtag,
} from './faults.ts'
export {
  countFollows,
  type Followed,
  type Follower,
  follow,
  followers,
  followInvited,
  get as getFollow,
  heardIds,
  isFollowing,
  list as listFollows,
  unfollow,
} from './follows.ts'
export { hide, hidingNews, unhide } from './hiding.ts'
export {
  byId,
  byIds,
  bySpelling,
  countOwn,
  create,
  createPrimary,
  edit,
  get,
  getByName,
  getOwn,
  getPublic,
  getSeen,
  getSeenByName,
  idOfName,
  listOwn,
  primariesOf,
  primaryOf,
  remove,
} from './ktags.ts'
export { forget, portable } from './leaving.ts'
export type { Follow, FollowFlags, Ktag, KtagChanges, KtagSettings, NewKtag, PhoneFollow, SeenKtag } from './model.ts'
export { KtagNameSchema, KtagTitleSchema, NewKtagNameSchema } from './names.ts'
export {
  adoptPhoneFollows,
  endPhoneFollows,
  followByPhone,
  followedByPhone,
  forgetPhoneFollows,
  portablePhoneFollows,
  unfollowByPhone,
} from './phone-follows.ts'
export { mayCall } from './policies.ts'
export { followersToRing, keep, noteRung, type Ringable } from './ringing.ts'
export { search } from './search.ts'
export { countTexted, followersToText, type Textable } from './texting.ts'
