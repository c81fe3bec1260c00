import type { Knex } from 'knex'
import * as outbox from './20261122_01_outbox.ts'
import * as agenda from './20261122_02_agenda.ts'
import * as accounts from './20261122_03_accounts.ts'
import * as contacts from './20261122_04_contacts.ts'
import * as calls from './20261122_05_calls.ts'
import * as inbox from './20261122_06_inbox.ts'
import * as blobs from './20261122_07_blobs.ts'
import * as limits from './20261122_08_limits.ts'
import * as dialling from './20261122_09_dialling.ts'
import * as controls from './20261122_10_controls.ts'
import * as groups from './20261122_11_groups.ts'
import * as tags from './20261122_12_tags.ts'
import * as voicemail from './20261122_13_voicemail.ts'
import * as texts from './20261122_14_texts.ts'
import * as reconcile from './20261122_15_reconcile.ts'
import * as fraud from './20261122_16_fraud.ts'
import * as links from './20261122_17_links.ts'
import * as account from './20261122_18_account.ts'
import * as departures from './20261122_19_departures.ts'
import * as media from './20261122_20_media.ts'
import * as statuses from './20261122_22_statuses.ts'
import * as fanouts from './20261122_23_fanouts.ts'
import * as invites from './20261122_24_invites.ts'
import * as profiles from './20261122_25_profiles.ts'
import * as widgets from './20261122_26_widgets.ts'
import * as callbacks from './20261122_27_callbacks.ts'
import * as subscriptions from './20261122_28_subscriptions.ts'
import * as checkouts from './20261122_29_checkouts.ts'
import * as commands from './20261122_30_commands.ts'
import * as home from './20261122_32_home.ts'
import * as incoming from './20261122_34_incoming.ts'
import * as messages from './20261122_35_messages.ts'
import * as schedule from './20261122_38_schedule.ts'
import * as calendar from './20261122_40_calendar.ts'
import * as reminders from './20261122_41_reminders.ts'
import * as judgedCodes from './20261122_42_judged_codes.ts'
import * as realms from './20261122_42_realms.ts'
import * as telegram from './20261122_43_telegram.ts'
import * as whatsApp from './20261122_43_whatsapp.ts'
import * as lateTexts from './20261122_47_late_texts.ts'
import * as questions from './20261122_49_questions.ts'
import * as silence from './20261122_49_silence.ts'
import * as invited from './20261122_51_invited.ts'
import * as ownChallenges from './20261122_52_own_challenges.ts'
import * as parkedAgain from './20261122_53_parked_again.ts'

/** Every migration in the order in which they are applied. They only go up: expand first, contract later. */
export const migrations: readonly { name: string; up(sql: Knex): Promise<void> }[] = [
  { name: '20261122_01_outbox', ...outbox },
  { name: '20261122_02_agenda', ...agenda },
  { name: '20261122_03_accounts', ...accounts },
  { name: '20261122_04_contacts', ...contacts },
  { name: '20261122_05_calls', ...calls },
  { name: '20261122_06_inbox', ...inbox },
  { name: '20261122_07_blobs', ...blobs },
  { name: '20261122_08_limits', ...limits },
  { name: '20261122_09_dialling', ...dialling },
  { name: '20261122_10_controls', ...controls },
  { name: '20261122_11_groups', ...groups },
  { name: '20261122_12_tags', ...tags },
  { name: '20261122_13_voicemail', ...voicemail },
  { name: '20261122_14_texts', ...texts },
  { name: '20261122_15_reconcile', ...reconcile },
  { name: '20261122_16_fraud', ...fraud },
  { name: '20261122_17_links', ...links },
  { name: '20261122_18_account', ...account },
  { name: '20261122_19_departures', ...departures },
  { name: '20261122_20_media', ...media },
  { name: '20261122_22_statuses', ...statuses },
  { name: '20261122_23_fanouts', ...fanouts },
  { name: '20261122_24_invites', ...invites },
  { name: '20261122_25_profiles', ...profiles },
  { name: '20261122_26_widgets', ...widgets },
  { name: '20261122_27_callbacks', ...callbacks },
  { name: '20261122_28_subscriptions', ...subscriptions },
  { name: '20261122_29_checkouts', ...checkouts },
  { name: '20261122_30_commands', ...commands },
  { name: '20261122_32_home', ...home },
  { name: '20261122_34_incoming', ...incoming },
  { name: '20261122_35_messages', ...messages },
  { name: '20261122_38_schedule', ...schedule },
  { name: '20261122_40_calendar', ...calendar },
  { name: '20261122_41_reminders', ...reminders },
  { name: '20261122_42_realms', ...realms },
  { name: '20261122_42_judged_codes', ...judgedCodes },
  { name: '20261122_43_telegram', ...telegram },
  { name: '20261122_43_whatsapp', ...whatsApp },
  { name: '20261122_47_late_texts', ...lateTexts },
  { name: '20261122_49_questions', ...questions },
  { name: '20261122_49_silence', ...silence },
  { name: '20261122_51_invited', ...invited },
  { name: '20261122_52_own_challenges', ...ownChallenges },
  { name: '20261122_53_parked_again', ...parkedAgain },
]
