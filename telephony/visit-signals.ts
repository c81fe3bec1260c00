import { byVerifiedMobile, byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import * as calls from '#domain/calls'
import { expectVoicemail, voicemailRecorded } from '#domain/inbox'
import { byId, bySpelling, type Ktag } from '#domain/tags'
import type { Database, Unit } from '#kit/unit'

/** What the carrier tells us of people who dial our numbers, turned into domain verbs. */

/** What to do with somebody who dialled us and entered digits. */
export type Reception =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'choose'; readonly ktags: readonly Ktag[] }
  | { readonly kind: 'closed'; readonly ktag: Ktag }
  | { readonly kind: 'record'; readonly ktag: Ktag; readonly ownerName: string; readonly maxSeconds: number }
  | ({ readonly kind: 'join' } & calls.LetIn)

/** Somebody on the line. */
export interface Caller {
  readonly carrierCallId: string
  /** E.164; null when it is hidden. */
  readonly phone: string | null
}

/** Under which name we know somebody who dials us. */
export async function callerName(database: Database, phone: string | null): Promise<string | null> {
  if (phone === null) return null
  return database.read(async (view) => (await byVerifiedMobile(view, phone))?.name ?? null)
}

/** Somebody who dialled us has entered digits: a tag, an extension, or the PIN of an open call. */
export async function entered(database: Database, caller: Caller, digits: string): Promise<Reception> {
  return database.write(async (unit) => {
    const { phone, carrierCallId } = caller
    const joined = phone === null ? null : await calls.dialIn(unit, { pin: digits, phone, carrierCallId })
    if (joined) return { kind: 'join', ...joined }
    const user = phone === null ? null : await byVerifiedMobile(unit, phone)
    const ktags = await bySpelling(unit, digits, user)
    const [only] = ktags
    if (!only) {
      await calls.wrongPin(unit, phone, digits)
      return { kind: 'unknown' }
    }
    return ktags.length > 1 ? { kind: 'choose', ktags } : receive(unit, caller, only)
  })
}

/** Somebody has chosen one of several tags. */
export async function chose(database: Database, caller: Caller, ktagId: string): Promise<Reception> {
  return database.write(async (unit) => {
    const ktag = await byId(unit, ktagId)
    return ktag ? receive(unit, caller, ktag) : { kind: 'unknown' }
  })
}

/** A recording is there; nothing happens when its call or the recording itself was heard of before. */
export async function recorded(
  database: Database,
  recording: { readonly carrierCallId: string; readonly recordingId: string; readonly durationSeconds: number },
): Promise<void> {
  await database.write((unit) => voicemailRecorded(unit, recording))
}

async function receive(unit: Unit, caller: Caller, ktag: Ktag): Promise<Reception> {
  const owner = await userById(unit, ktag.ownerId)
  if (!owner || !ktag.takesVoicemail) return { kind: 'closed', ktag }
  await expectVoicemail(unit, { carrierCallId: caller.carrierCallId, fromPhone: caller.phone, ktag })
  return { kind: 'record', ktag, ownerName: owner.name, maxSeconds: limitsOf(owner).voicemailSeconds }
}
