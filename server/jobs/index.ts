import * as allowance from '#domain/allowance'
import { planDue } from '#domain/calendar'
import { sweep, tidyLegUses, tidyPinTries } from '#domain/calls'
import * as codes from '#domain/codes'
import * as departures from '#domain/departures'
import * as incoming from '#domain/incoming'
import * as invites from '#domain/invites'
import type { Blobs } from '#domain/media'
import * as messages from '#domain/messages'
import * as moderation from '#domain/moderation'
import * as schedule from '#domain/schedule'
import * as sessions from '#domain/sessions'
import * as spending from '#domain/spending'
import * as statuses from '#domain/statuses'
import * as subscriptions from '#domain/subscriptions'
import * as telegram from '#domain/telegram'
import * as turns from '#domain/turns'
import * as verification from '#domain/verification'
import * as voicemail from '#domain/voicemail'
import * as widgets from '#domain/widgets'
import { defineJob, type Job } from '#kit/job'
import { forgetSilent } from '#kit/numbered'
import { keepPartitions, tidy } from '#kit/retention'
import type { Database } from '#kit/unit'

export { DueJobs } from './due.ts'

/** What the jobs work with. */
export interface JobTools {
  readonly database: Database
  /** Ask the carrier what became of orders whose answer was lost. */
  readonly reconcileOrders: () => Promise<void>
  /** Ask the carrier what it knows and we do not. Run by itself when a worker comes up. */
  readonly reconcile: () => Promise<unknown>
  /** Fetch the sounds of voicemails that the carrier had not stored when it told of them. */
  readonly fetchSounds: () => Promise<void>
  /** Have texts handed over that are due again. */
  readonly wakeTexts: () => Promise<void>
  /** Say which texts have been waited for long enough. */
  readonly ageTexts: () => Promise<void>
  /** Warn of our numbers that networks filter. */
  readonly watchTexts: () => Promise<void>
  /** Fetch the media of texts that the carrier had not stored when it told of them. */
  readonly fetchMedia: () => Promise<void>
  /** Drop old texts, and before them what came with them. */
  readonly tidyTexts: () => Promise<void>
  /** Look up the transcripts of which the carrier has not told us. */
  readonly lookUpTranscripts: () => Promise<void>
  /** Delete at the carrier what could not be deleted there before. */
  readonly deleteAtCarrier: () => Promise<void>
  /** Tell projects what has become of their messages, and is due. */
  readonly tellCallbacks: () => Promise<void>
  /** Do what people have scheduled and is due. */
  readonly runDue: () => Promise<void>
  /** Try events again that were put aside and that an operator wants to be. */
  readonly retryParked: () => Promise<void>
  /** Whether there is anybody to ask what has become of payments. */
  readonly hasPayments: boolean
  /** Where bytes of media are kept. */
  readonly blobs: Blobs
}

/** Everything that comes round by the clock. */
export function allJobs(tools: JobTools): readonly Job[] {
  const { database, blobs, reconcileOrders, reconcile, fetchSounds } = tools
  return [
    defineJob('calls.sweep', 5, () => sweep(database)),
    defineJob('orders.reconcile', 5, reconcileOrders),
    defineJob('carrier.reconcile', 60, async () => void (await reconcile()), { isRunLater: true }),
    defineJob('voicemail.fetch', 5, fetchSounds),
    defineJob('statuses.texts', 5, () => statuses.releaseDue(database)),
    defineJob('statuses.deliveries', 5, () => statuses.lookAtDeliveries(database)),
    defineJob('statuses.tidy', 600, () => statuses.clearWithoutKtag(database)),
    defineJob('schedule.due', 5, tools.runDue),
    defineJob('calendar.plan', 600, () => planDue(database)),
    defineJob('schedule.tidy', 3600, () => database.write(schedule.tidy)),
    defineJob('texts.wake', 5, tools.wakeTexts),
    defineJob('texts.age', 300, tools.ageTexts),
    defineJob('texts.watch', 300, tools.watchTexts),
    defineJob('texts.media', 10, tools.fetchMedia),
    defineJob('texts.tidy', 3600, tools.tidyTexts),
    defineJob('voicemail.notices', 5, () => voicemail.sendDueNotices(database)),
    defineJob('voicemail.carrier_copies', 10, tools.deleteAtCarrier),
    defineJob('voicemail.transcripts', 30, tools.lookUpTranscripts),
    defineJob('voicemail.retention', 600, () => voicemail.removeOld(database)),
    defineJob('voicemail.tidy', 600, () => voicemail.tidy(database)),
    defineJob('media.purge', 600, () => voicemail.purgeFiles(database, blobs)),
    defineJob('departures.purge', 5, () => departures.purge(database, blobs)),
    defineJob('outbox.partitions', 3600, () => database.write(keepPartitions)),
    defineJob('outbox.parked', 5, tools.retryParked),
    defineJob('outbox.tidy', 3600, () => database.write(tidy)),
    defineJob('sessions.misused', 5, () => database.write(sessions.endMisused)),
    defineJob('sessions.tidy', 3600, () => database.write(sessions.tidy)),
    defineJob('pins.tidy', 3600, () => database.write(tidyPinTries)),
    defineJob('numbers.tidy', 3600, () => database.write(forgetSilent)),
    defineJob('spend.tidy', 3600, () => database.write(spending.tidy)),
    defineJob('allowance.tidy', 3600, () => database.write(allowance.tidy)),
    defineJob('reports.tidy', 3600, () => database.write(moderation.tidy)),
    defineJob('invites.keep_up', 60, () => invites.keepUp(database)),
    defineJob('invites.tidy', 3600, () => database.write(invites.tidy)),
    defineJob('codes.tidy', 3600, () => database.write(verification.tidy)),
    defineJob('codes.realms_tidy', 3600, () => database.write(codes.tidy)),
    defineJob('codes.callbacks', 5, tools.tellCallbacks),
    defineJob('codes.callbacks_tidy', 3600, () => database.write(codes.tidyCallbacks)),
    defineJob('codes.silent', 60, () => database.write(codes.finishSilent)),
    defineJob('widgets.tidy', 3600, () => database.write(widgets.tidy)),
    defineJob('incoming.tidy', 3600, () => database.write(incoming.tidy)),
    defineJob('conversations.tidy', 3600, () => database.write(messages.tidy)),
    defineJob('telegram.tidy', 3600, () => database.write(telegram.tidy)),
    defineJob('turns.tidy', 3600, () => database.write(turns.tidy)),
    defineJob('billing.lapse', 60, () => database.write(subscriptions.lapse)),
    ...(tools.hasPayments
      ? [defineJob('billing.doubt', 300, () => database.write(subscriptions.doubtUnheard), { isRunLater: true })]
      : []),
    defineJob('legs.tidy', 3600, () => database.write(tidyLegUses)),
  ]
}
