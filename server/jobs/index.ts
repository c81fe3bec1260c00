import { sweep, tidyPinTries } from '#domain/calls'
import type { Blobs } from '#domain/media'
import { endMisused } from '#domain/sessions'
import * as verification from '#domain/verification'
import * as voicemail from '#domain/voicemail'
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
  /** Look up the transcripts of which the carrier has not told us. */
  readonly lookUpTranscripts: () => Promise<void>
  /** Delete at the carrier what could not be deleted there before. */
  readonly deleteAtCarrier: () => Promise<void>
  /** Where bytes of media are kept. */
  readonly blobs: Blobs
}

/** Everything that comes round by the clock. */
export function allJobs(tools: JobTools): readonly Job[] {
  const { database, blobs, reconcileOrders, reconcileLegs, fetchSounds } = tools
  return [
    defineJob('calls.sweep', 5, () => sweep(database)),
    defineJob('orders.reconcile', 5, reconcileOrders),
    defineJob('legs.reconcile', 60, reconcileLegs),
    defineJob('voicemail.fetch', 5, fetchSounds),
    defineJob('voicemail.notices', 5, () => voicemail.sendDueNotices(database)),
    defineJob('voicemail.carrier_copies', 10, tools.deleteAtCarrier),
    defineJob('voicemail.transcripts', 30, tools.lookUpTranscripts),
    defineJob('voicemail.retention', 600, () => voicemail.removeOld(database)),
    defineJob('voicemail.tidy', 600, () => voicemail.tidy(database)),
    defineJob('media.purge', 600, () => voicemail.purgeFiles(database, blobs)),
    defineJob('outbox.partitions', 3600, () => database.write(keepPartitions)),
    defineJob('outbox.tidy', 3600, () => database.write(tidy)),
    defineJob('sessions.misused', 5, () => database.write(endMisused)),
    defineJob('pins.tidy', 3600, () => database.write(tidyPinTries)),
    defineJob('codes.tidy', 3600, () => database.write(verification.tidy)),
  ]
}
