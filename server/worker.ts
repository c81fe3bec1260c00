import { avatarsOfDeleted } from '#consumers/avatars'
import { calendarKeeper } from '#consumers/calendar'
import { codeReports } from '#consumers/code-reports'
import { incomingTexts } from '#consumers/incoming-texts'
import { inviteOutcomes } from '#consumers/invites'
import { linkRequests } from '#consumers/link-requests'
import { mailer } from '#consumers/mailer'
import { manualCallbacks, Teller } from '#consumers/manual-callbacks'
import { payments } from '#consumers/payments'
import { phoneFollows } from '#consumers/phone-follows'
import { prefixGuard } from '#consumers/prefix-guard'
import { revocations } from '#consumers/revocations'
import { statusTexts } from '#consumers/status-texts'
import { telegrams } from '#consumers/telegram'
import { TelegramEar } from '#consumers/telegram-ear'
import { leftovers } from '#consumers/voicemail'
import { smtpMail } from '#gateways/mail'
import { sharpPictures } from '#gateways/pictures'
import { safeFetch } from '#gateways/safe-fetch'
import { allJobs, DueJobs } from '#jobs'
import { Jobs } from '#kit/job'
import { retryParked } from '#kit/parked'
import { Relay } from '#kit/relay'
import { closes } from '#realtime'
import { countUse } from '#surfaces/kadoink'
import {
  ageTexts,
  batchTexter,
  deleteDueAtCarrier,
  dialer,
  doubter,
  fetchDueMedia,
  fetchDueSounds,
  lookUpTranscripts,
  mmsKeeper,
  Pace,
  Reconciler,
  reconcileOrders,
  roomKeeper,
  Turnstile,
  texter,
  tidyMedia,
  tidyTexts,
  voicemailKeeper,
  wakeTexts,
  watchTexts,
} from '#telephony'
import { carrierClient } from './carrier.ts'
import { type Base, mailboxOf } from './ground.ts'

/** What works in the background. */
export interface Worker {
  readonly relay: Relay
  readonly turnstile: Turnstile
  readonly reconciler: Reconciler
  readonly due: DueJobs
  /** Tells projects what has become of their messages. */
  readonly teller: Teller
  /** Has Telegram tell us what people say to our bot. */
  readonly telegram: TelegramEar | null
}

/**
 * Feed the consumers from the outbox, let phones be rung in turn, ask the carrier what was missed, and run what is due
 * by the clock.
 */
export function startWorker(base: Base): Worker {
  const { config, log, lifecycle, databaseUrl, database, waker, metrics, realtime, publicUrl, account, blobs, clock } =
    base
  const carrier = carrierClient(config, account, publicUrl, log)
  const mail = config.mailUrl === null ? mailboxOf(config) : smtpMail(config.mailUrl, config.mailFrom)
  const voicemail = { database, carrier, blobs }
  const mms = { database, carrier, blobs, pictures: sharpPictures() }
  const texts = { database, log, metrics }
  const onMended = (kind: string, times: number) => metrics.mended.inc({ kind }, times)
  const reconciler = new Reconciler({ database, databaseUrl, carrier, log, onMended })
  const turnstile = new Turnstile({ database, clock, log })
  const pace = new Pace(base.callsPerSecond, clock)
  const teller = new Teller({ database, fetch: safeFetch({ allow: config.egressAllow }), log })
  const consumers = [
    dialer({ database, carrier, pace, onQueued: () => turnstile.wake() }),
    roomKeeper(database, carrier),
    texter(database, carrier, base.whatsApp?.templates),
    batchTexter(database, carrier),
    voicemailKeeper(voicemail),
    codeReports,
    manualCallbacks(database, teller),
    linkRequests,
    inviteOutcomes,
    calendarKeeper,
    prefixGuard,
    phoneFollows,
    mmsKeeper(mms),
    incomingTexts({ database, count: (limit, userId) => countUse(base.limiter, limit, userId) }),
    doubter(reconciler.tools),
    leftovers(),
    statusTexts(database),
    avatarsOfDeleted(),
    mailer(database, mail, { operatorsMail: config.operatorsMail }),
    ...(base.telegram ? [telegrams(database, base.telegram.bot)] : []),
    ...(base.payments ? [payments(database, base.payments.till)] : []),
    revocations(
      (sessionId) => realtime.kick({ sessionId }, closes.signIn),
      (userId) => realtime.kick({ userId }, closes.gate),
    ),
    realtime.broadcast,
  ]
  const relay = new Relay({ database, url: databaseUrl, log, consumers })
  const due = new DueJobs({ database, log, clock })
  const jobs = new Jobs({
    url: databaseUrl,
    log,
    jobs: allJobs({
      database,
      reconcileOrders: () => reconcileOrders(database, carrier),
      reconcile: () => reconciler.run(),
      fetchSounds: () => fetchDueSounds(voicemail),
      wakeTexts: () => wakeTexts(texts),
      ageTexts: () => ageTexts(texts),
      watchTexts: () => watchTexts(texts),
      fetchMedia: () => fetchDueMedia(mms),
      tidyTexts: async () => {
        await tidyMedia(mms)
        await tidyTexts(texts)
      },
      runDue: () => due.look(),
      tellCallbacks: async () => teller.wake(),
      blobs,
      retryParked: () => retryParked({ database, log }, consumers),
      hasPayments: base.payments !== null,
      lookUpTranscripts: () => lookUpTranscripts(voicemail),
      deleteAtCarrier: () => deleteDueAtCarrier(voicemail),
    }),
  })
  const telegram = base.telegram && new TelegramEar({ ...base.telegram, site: base.site, log })
  waker.local = relay
  relay.start()
  reconciler.start()
  jobs.start()
  turnstile.start()
  due.start()
  telegram?.start()
  if (telegram) lifecycle.add('telegram', () => telegram.stop())
  lifecycle.add('callbacks', () => teller.stop())
  lifecycle.add('due jobs', () => due.stop())
  lifecycle.add('jobs', () => jobs.stop())
  lifecycle.add('reconciler', () => reconciler.stop())
  lifecycle.add('relay', () => relay.stop())
  lifecycle.add('turnstile', () => turnstile.stop())
  return { relay, turnstile, reconciler, due, teller, telegram }
}
