import { newId, newKey } from '#kit/id'
import { fingerprint } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { RealmNameTaken, RealmNotFound } from './faults.ts'
import type { NewRealm, Realm, RealmSettings } from './model.ts'
import { chosenSettings, readName, type WantedSettings } from './settings.ts'
import * as store from './store.ts'

const SEAL = 'realm secret'
const CHALLENGE_SEAL = 'realm challenge'
/** What is tried out on a machine that has nothing but the simulated carrier; its phones may be American, too. */
const TRIAL = { name: 'Try it', settings: { countries: ['RU', 'US'] } } as const

/** The project whose public key this is; null when it is nobody's, or the project is disabled. */
export async function byPublicKey(view: View, key: string): Promise<Realm | null> {
  return store.findByPublicKey(view, key.toLowerCase())
}

/** The project whose secret key this is; null when it is nobody's, or the project is disabled. */
export async function bySecretKey(view: View, key: string): Promise<Realm | null> {
  return store.findBySecret(view, fingerprint(key.toLowerCase()))
}

/** The project that an operator names: by its number, its public key or its name. */
export async function named(view: View, name: string): Promise<Realm | null> {
  const byNo = /^\d{1,9}$/.test(name) ? await store.findByNo(view, name) : null
  return byNo ?? (await store.findByName(view, name)) ?? byPublicKey(view, name)
}

/** Every project, the oldest first. */
export async function list(view: View): Promise<readonly Realm[]> {
  return store.list(view)
}

/**
 * Begin a project. Its secret key is shown here and never again. Throws `RealmNameTaken`, `ValidationFailed` (`name`, and
 * settings by their names).
 */
export async function create(
  unit: Unit,
  wanted: { readonly name: string; readonly settings?: WantedSettings },
): Promise<NewRealm> {
  const made = await begin(unit, {
    name: readName(wanted.name),
    settings: chosenSettings(wanted.settings ?? {}),
    isTrial: false,
  })
  if (!made) throw RealmNameTaken()
  return made
}

/** The project that the page for trying out speaks for; begun when there is none yet. */
export async function ensureTrial(unit: Unit): Promise<Realm> {
  const { name, settings } = TRIAL
  const there = await store.findTrial(unit)
  if (there) return there
  const made = await begin(unit, {
    name,
    settings: chosenSettings({ ...settings, countries: [...settings.countries] }),
    isTrial: true,
  })
  // Another process was faster, or somebody has a project of that name, or has disabled this one.
  const realm = made?.realm ?? (await store.findTrial(unit)) ?? (await store.findByName(unit, name))
  if (!realm) throw RealmNotFound()
  return realm
}

/** The project that the page for trying out speaks for; null where there is none. */
export async function trial(view: View): Promise<Realm | null> {
  return store.findTrial(view)
}

/** A new key in the place of one, which stops working at once. Gives the new one. Throws `RealmNotFound`. */
export async function rotate(unit: Unit, realm: Realm, which: 'public' | 'secret'): Promise<string> {
  const key = newKey()
  changed(await store.update(unit, realm.id, which === 'public' ? { publicKey: key } : secretOf(unit, key)))
  return key
}

/** Change settings; the others stay as they are. Throws `RealmNotFound`, `ValidationFailed`. */
export async function configure(unit: Unit, realm: Realm, changes: Partial<WantedSettings>): Promise<Realm> {
  const rules = { ...realm.settings.rules, ...changes.rules }
  return changed(
    await store.update(unit, realm.id, { settings: chosenSettings({ ...realm.settings, ...changes, rules }) }),
  )
}

/** Have browsers pass a challenge before a code is sent; its secret is sealed. Throws as `configure`. */
export async function setChallenge(
  unit: Unit,
  realm: Realm,
  wanted: { readonly siteKey: string; readonly secret: string; readonly verifyUrl: string },
): Promise<Realm> {
  const { siteKey, secret, verifyUrl } = wanted
  const secretSealed = unit.site.keys.seal(CHALLENGE_SEAL, secret)
  return configure(unit, realm, { challenge: { kind: 'turnstile', siteKey, verifyUrl, secretSealed } })
}

/** What a challenge's answers are checked with; null when the project has none, or its secret cannot be read any more. */
export function challengeSecret(view: View, { challenge }: RealmSettings): string | null {
  return challenge && view.site.keys.open(CHALLENGE_SEAL, challenge.secretSealed)
}

/** Let neither key in any more, or again. Throws `RealmNotFound`. */
export async function setDisabled(unit: Unit, realm: Realm, isDisabled: boolean): Promise<Realm> {
  return changed(await store.update(unit, realm.id, { disabledAt: isDisabled ? unit.now : null }))
}

/** The secret key itself: codes that were encrypted with it are read by it. Null when it cannot be read any more. */
export async function secretKeyOf(view: View, realm: Pick<Realm, 'id'>): Promise<string | null> {
  const sealed = await store.secretOf(view, realm.id)
  return sealed === null ? null : view.site.keys.open(SEAL, sealed)
}

async function begin(
  unit: Unit,
  wanted: { readonly name: string; readonly settings: RealmSettings; readonly isTrial: boolean },
): Promise<NewRealm | null> {
  const [publicKey, secretKey] = [newKey(), newKey()]
  const { name, settings, isTrial } = wanted
  const keys = { publicKey, ...secretOf(unit, secretKey) }
  const realm = await store.insert(unit, { id: newId(), name, isTrial, ...keys }, settings)
  return realm && { realm, publicKey, secretKey }
}

function secretOf(unit: Unit, secretKey: string): { readonly secretHash: string; readonly secretSealed: string } {
  return { secretHash: fingerprint(secretKey), secretSealed: unit.site.keys.seal(SEAL, secretKey) }
}

function changed(realm: Realm | null): Realm {
  if (!realm) throw RealmNotFound()
  return realm
}
