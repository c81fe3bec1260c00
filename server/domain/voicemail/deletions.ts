import type { Unit, View } from '#kit/unit'
import * as due from './due-store.ts'
import { CarrierCopyUnneeded } from './events.ts'
import type { Recording } from './model.ts'
import * as store from './store.ts'

/** Have a recording, with what was written down of it, or a transcript deleted at the carrier. Noted once, done for sure. */
export async function deleteAtCarrier(unit: Unit, carrierId: string): Promise<void> {
  if (await due.insertDeletion(unit, carrierId)) unit.emit(CarrierCopyUnneeded, { carrier_id: carrierId }, [])
}

/**
 * Have the carrier's copy of a recording deleted when nothing more is wanted of it. While it is being written down it
 * stays: a recording that is deleted meanwhile is never written down (Twilio, error 13618).
 */
export async function deleteWhenDone(unit: Unit, { recordingId, state, transcript }: Recording): Promise<void> {
  if ((state === 'stored' || state === 'discarded') && transcript !== 'pending') {
    await deleteAtCarrier(unit, recordingId)
  }
}

/** What is to be deleted at the carrier now. */
export async function deletionsDue(view: View): Promise<readonly string[]> {
  return due.deletions(view)
}

/** Whether something is still to be deleted at the carrier. */
export async function isToDelete(view: View, carrierId: string): Promise<boolean> {
  return due.isToDelete(view, carrierId)
}

/** The carrier has nothing of this any more. */
export async function deletedAtCarrier(unit: Unit, carrierId: string): Promise<void> {
  await due.removeDeletion(unit, carrierId)
}

/** The carrier could not delete it: try again later, after pauses that grow, for as long as it takes. */
export async function postponeDeletion(unit: Unit, carrierId: string): Promise<void> {
  await due.postponeDeletion(unit, carrierId)
}

/**
 * The carrier tells us of a recording that was made for us and is nobody's: whoever was spoken to has left, or their tag
 * is gone. It keeps nothing of it.
 */
export async function unexpected(unit: Unit, recordingId: string): Promise<void> {
  await deleteAtCarrier(unit, recordingId)
}

/** Whether the sound of a recording is not, and will never be, wanted: bytes that were fetched of it are nobody's. */
export async function isDiscarded(view: View, recordingId: string): Promise<boolean> {
  return (await store.find(view, recordingId))?.state === 'discarded'
}
