export { RealmNameTaken, RealmNotFound } from './faults.ts'
export type { Challenge, NewRealm, Realm, RealmRules, RealmSettings } from './model.ts'
export {
  byPublicKey,
  bySecretKey,
  challengeSecret,
  configure,
  create,
  ensureTrial,
  list,
  named,
  rotate,
  secretKeyOf,
  setChallenge,
  setDisabled,
  trial,
} from './realms.ts'
export type { WantedSettings } from './settings.ts'
