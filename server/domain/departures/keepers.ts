import * as accounts from '#domain/accounts'
import * as calendar from '#domain/calendar'
import * as callbacks from '#domain/callbacks'
import * as calls from '#domain/calls'
import * as commands from '#domain/commands'
import * as contacts from '#domain/contacts'
import * as grid from '#domain/grid'
import * as groups from '#domain/groups'
import * as handles from '#domain/handles'
import * as inbox from '#domain/inbox'
import * as incoming from '#domain/incoming'
import * as invites from '#domain/invites'
import * as media from '#domain/media'
import * as messages from '#domain/messages'
import * as moderation from '#domain/moderation'
import * as schedule from '#domain/schedule'
import * as sessions from '#domain/sessions'
import * as statuses from '#domain/statuses'
import * as subscriptions from '#domain/subscriptions'
import * as tags from '#domain/tags'
import * as texts from '#domain/texts'
import * as verification from '#domain/verification'
import * as voicemail from '#domain/voicemail'
import * as widgets from '#domain/widgets'
import { forgetKeys } from '#kit/idempotency'
import { GOODBYE, type Keeper } from './model.ts'

/**
 * Every module that keeps things of people, in the order in which they let go: what may forbid leaving first, what
 * others refer to last. A module that is not here keeps nothing of anybody, or goes with the account's row.
 */
export const KEEPERS: readonly Keeper[] = [
  {
    name: 'calls',
    forget: calls.forget,
    purge: (unit, { userId }, most) => calls.purge(unit, userId, most),
    portable: (view, { id }) => calls.portable(view, id),
  },
  { name: 'sessions', forget: sessions.forget, portable: (view, { id }) => sessions.portable(view, id) },
  { name: 'codes', forget: verification.forget },
  { name: 'stored answers', forget: (unit, { id }) => forgetKeys(unit, id) },
  {
    name: 'subscriptions',
    forget: (unit, { id }) => subscriptions.forget(unit, id),
    portable: (view, { id }) => subscriptions.portable(view, id),
  },
  {
    name: 'invites',
    forget: (unit, { id }) => invites.forget(unit, id),
    portable: (view, { id }) => invites.portable(view, id),
  },
  {
    name: 'reports',
    forget: (unit, { id }) => moderation.forget(unit, id),
    portable: (view, { id }) => moderation.portable(view, id),
  },
  {
    name: 'statuses',
    forget: (unit, { id }) => statuses.forget(unit, id),
    portable: (view, { id }) => statuses.portable(view, id),
  },
  { name: 'callbacks', forget: (unit, { id }) => callbacks.forget(unit, id) },
  {
    name: 'widgets',
    forget: (unit, { id }) => widgets.forget(unit, id),
    portable: (view, { id }) => widgets.portable(view, id),
  },
  {
    name: 'phone_follows',
    forget: (unit, { id }) => tags.forgetPhoneFollows(unit, id),
    portable: (view, { id }) => tags.portablePhoneFollows(view, id),
  },
  {
    name: 'tags',
    forget: (unit, { id }) => tags.forget(unit, id),
    portable: (view, { id }) => tags.portable(view, id),
  },
  {
    name: 'inbox',
    forget: (unit, { id }) => inbox.forget(unit, id),
    purge: (unit, { userId }, most) => inbox.purge(unit, userId, most),
    portable: (view, { id }) => inbox.portable(view, id),
  },
  {
    name: 'voicemail',
    forget: (unit, { id }) => voicemail.forget(unit, id),
    purge: voicemail.purge,
    isLeft: voicemail.isLeft,
    portable: (view, { id }) => voicemail.portable(view, id),
  },
  {
    name: 'files',
    forget: (unit, { id }) => media.forget(unit, id),
    isLeft: media.isLeft,
    portable: (view, { id }) => media.portable(view, id),
  },
  {
    name: 'texts',
    forget: async (unit, user) => {
      if (user.mobile !== null && user.mobileVerifiedAt !== null) await texts.forget(unit, user.mobile)
    },
    purge: async (unit, { mobile, leftAt }, most) =>
      mobile === null ? 0 : texts.purge(unit, { phone: mobile, until: leftAt, except: GOODBYE }, most),
    portable: async (view, user) =>
      user.mobile === null || user.mobileVerifiedAt === null ? [] : texts.portable(view, user.mobile),
  },
  {
    name: 'sent_messages',
    forget: messages.forget,
    portable: (view, { id }) => messages.portable(view, id),
  },
  { name: 'incoming_texts', forget: incoming.forget },
  {
    name: 'scheduled_jobs',
    forget: (unit, { id }) => schedule.forget(unit, id),
    portable: (view, { id }) => schedule.portable(view, id),
  },
  {
    name: 'commands',
    forget: (unit, { id }) => commands.forget(unit, id),
    portable: (view, { id }) => commands.portable(view, id),
  },
  {
    name: 'calendar',
    forget: (unit, { id }) => calendar.forget(unit, id),
    portable: (view, { id }) => calendar.portable(view, id),
  },
  {
    name: 'groups',
    forget: (unit, { id }) => groups.forget(unit, id),
    portable: (view, { id }) => groups.portable(view, id),
  },
  {
    name: 'grid',
    forget: (unit, { id }) => grid.forget(unit, id),
    portable: (view, { id }) => grid.portable(view, id),
  },
  {
    name: 'contacts',
    forget: (unit, { id }) => contacts.forget(unit, id),
    portable: (view, { id }) => contacts.portable(view, id),
  },
  {
    name: 'im_identities',
    forget: (unit, { id }) => handles.forget(unit, id),
    portable: (view, { id }) => handles.portable(view, id),
  },
  { name: 'account', forget: accounts.close, portable: (view, { id }) => accounts.portable(view, id) },
]
