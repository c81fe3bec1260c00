import * as voicemail from '#domain/voicemail'
import type { Database } from '#kit/unit'

/** What the carrier tells us of owners whose phones ring for a caller, turned into domain verbs. */

/** The owner, or their mailbox, has picked up. */
export async function pickedUp(database: Database, ring: string): Promise<voicemail.OwnerPrompt> {
  return database.read((view) => voicemail.ownerPickedUp(view, ring))
}

/** The owner has pressed a key at our question. */
export async function pressed(database: Database, ring: string, digits: string): Promise<voicemail.OwnerChoice> {
  return database.write((unit) => voicemail.ownerPressed(unit, ring, digits))
}

/** The owner's leg is over. */
export async function hungUp(database: Database, ring: string): Promise<void> {
  await database.write((unit) => voicemail.ownerHungUp(unit, ring))
}

/** The caller's line is free again: what comes next. */
export async function ended(database: Database, ring: string, wasPutThrough: boolean): Promise<voicemail.AfterRing> {
  return database.write((unit) => voicemail.ringEnded(unit, ring, wasPutThrough))
}
