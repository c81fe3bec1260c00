import { sweep, tidyLegUses, tidyPinTries } from '#domain/calls'
import { endMisused } from '#domain/sessions'
import * as turns from '#domain/turns'
import * as verification from '#domain/verification'
import { defineJob, type Job } from '#kit/job'
import { keepPartitions, tidy } from '#kit/retention'
import type { Database } from '#kit/unit'

/** What the jobs work with. */
export interface JobTools {
  readonly database: Database
  /** Ask the carrier what became of orders whose answer was lost. */
  readonly reconcileOrders: () => Promise<void>
  /** Ask the carrier how the legs stand that are not over by what we have heard. */
  readonly reconcileLegs: () => Promise<void>
  /** Fetch the sounds of voicemails that the carrier had not stored when it told of them. */
  readonly fetchSounds: () => Promise<void>
}

/** Everything that comes round by the clock. */
export function allJobs({ database, reconcileOrders, reconcileLegs, fetchSounds }: JobTools): readonly Job[] {
  return [
    defineJob('calls.sweep', 5, () => sweep(database)),
    defineJob('orders.reconcile', 5, reconcileOrders),
    defineJob('legs.reconcile', 60, reconcileLegs),
    defineJob('voicemail.fetch', 5, fetchSounds),
    defineJob('outbox.partitions', 3600, () => database.write(keepPartitions)),
    defineJob('outbox.tidy', 3600, () => database.write(tidy)),
    defineJob('sessions.misused', 5, () => database.write(endMisused)),
    defineJob('pins.tidy', 3600, () => database.write(tidyPinTries)),
    defineJob('codes.tidy', 3600, () => database.write(verification.tidy)),
    defineJob('turns.tidy', 3600, () => database.write(turns.tidy)),
    defineJob('legs.tidy', 3600, () => database.write(tidyLegUses)),
  ]
}
