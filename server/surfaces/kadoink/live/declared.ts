import { z } from 'zod'
import type { LiveDeclaration } from '#kit/live'
import { StampSchema } from '../dialect/stamp.ts'
import { EntitlementsSchema, SubscriptionSchema } from '../presenters/billing.ts'
import { CalendarEventSchema } from '../presenters/calendar-event.ts'
import { CallSchema, ParticipantSchema } from '../presenters/call.ts'
import { CommandRunSchema } from '../presenters/command.ts'
import { ContactSchema } from '../presenters/contact.ts'
import { GridSchema } from '../presenters/grid.ts'
import { GroupDetailSchema } from '../presenters/group.ts'
import { InviteSchema } from '../presenters/invite.ts'
import { JobSchema } from '../presenters/job.ts'
import { FollowSchema, KtagRefSchema, KtagSchema, OpenKtagSchema } from '../presenters/ktag.ts'
import { CallSummarySchema, KtagPageSchema } from '../presenters/ktag-page.ts'
import { MessageSchema, UnreadCountSchema } from '../presenters/message.ts'
import { PersonSchema } from '../presenters/person.ts'
import { SessionSchema } from '../presenters/session.ts'
import { DeliverySchema, StatusSchema } from '../presenters/status.ts'
import { GateSchema, UserSchema } from '../presenters/user.ts'
import { OWN_TOPICS } from './frames.ts'

type Topic = (typeof OWN_TOPICS)[number]
type Fields = Readonly<Record<string, z.ZodType>>

const id = z.string()
const call = { call: CallSchema }
/** Of a tag that one follows, what it is to the listener is left out. */
const ktag = { ktag: z.union([KtagSchema, OpenKtagSchema]) }
const status = { status: StatusSchema }
const invite = { invite: InviteSchema }
const job = { job: JobSchema }
const goneStatus = { id, ktag_id: id }

function told<T extends Topic, F extends Fields>(topic: T, fields: F) {
  return { topic, data: z.object(fields) }
}

/** Everything the apps' sockets tell, each event with its topic and its data. What is not here cannot be told. */
export const EVENTS = {
  'call.created': told('call', call),
  'call.updated': told('call', call),
  'call.ended': told('call', call),
  'call.participant_updated': told('call', { call_id: id, participant: ParticipantSchema }),
  'call.speaking': { ...told('call', { call_id: id, participant_ids: z.array(id) }), isTransient: true as const },
  'inbox.message_created': told('inbox', { message: MessageSchema }),
  'inbox.message_updated': told('inbox', { message: MessageSchema }),
  'inbox.message_deleted': told('inbox', { id }),
  'inbox.unread_count': { topic: 'inbox' as const, data: UnreadCountSchema },
  'feed.status_created': told('feed', status),
  'feed.status_updated': told('feed', status),
  'feed.status_deleted': told('feed', goneStatus),
  'feed.call_live': told('feed', { ktag: KtagRefSchema, call: CallSummarySchema }),
  'feed.call_closed': told('feed', { ktag_id: id, call_id: id }),
  'status.created': told('statuses', status),
  'status.updated': told('statuses', status),
  'status.deleted': told('statuses', goneStatus),
  'status.delivery': told('statuses', { id, delivery: DeliverySchema }),
  'ktag.created': told('tags', ktag),
  'ktag.updated': told('tags', ktag),
  'ktag.deleted': told('tags', { id }),
  'ktag.follower_added': told('tags', {
    ktag_id: id,
    follower_count: z.number().int(),
    person: PersonSchema.nullable(),
  }),
  'ktag.follower_removed': told('tags', { ktag_id: id, follower_count: z.number().int() }),
  'follow.created': told('tags', { follow: FollowSchema }),
  'follow.updated': told('tags', { follow: FollowSchema }),
  'follow.deleted': told('tags', { ktag_id: id }),
  'contact.created': told('book', { contact: ContactSchema }),
  'contact.updated': told('book', { contact: ContactSchema }),
  'contact.deleted': told('book', { id }),
  'group.created': told('book', { group: GroupDetailSchema }),
  'group.updated': told('book', { group: GroupDetailSchema }),
  'group.deleted': told('book', { id }),
  'grid.updated': told('grid', { grid: GridSchema }),
  'calendar.event_created': told('calendar', { event: CalendarEventSchema }),
  'calendar.event_updated': told('calendar', { event: CalendarEventSchema }),
  'calendar.reminder': told('calendar', { event: CalendarEventSchema }),
  'calendar.event_deleted': told('calendar', { id, occurrence_at: StampSchema.nullable() }),
  'invite.created': told('invites', invite),
  'invite.failed': told('invites', invite),
  'invite.accepted': told('invites', invite),
  'invite.revoked': told('invites', invite),
  'invite.expired': told('invites', invite),
  'job.created': told('jobs', job),
  'job.updated': told('jobs', job),
  'job.started': told('jobs', job),
  'job.completed': told('jobs', job),
  'job.failed': told('jobs', job),
  'job.cancelled': told('jobs', job),
  'me.updated': told('account', { user: UserSchema, gate: GateSchema }),
  'me.gate_changed': told('account', { gate: GateSchema }),
  'billing.entitlements_changed': told('account', {
    entitlements: EntitlementsSchema,
    subscription: SubscriptionSchema,
  }),
  'command.executed': told('account', CommandRunSchema.shape),
  'session.created': told('account', { session: SessionSchema }),
  'session.revoked': told('account', { id }),
}

/** What the reference shows of the sockets, and clients are typed by. */
export const kadoinkDeclared: LiveDeclaration = {
  path: '/api/v1/realtime',
  protocol: 'kadoink.v1',
  topics: OWN_TOPICS,
  events: EVENTS,
  snapshots: { 'call:{id}': z.object(call), 'ktag:{id}': z.object({ ktag: KtagPageSchema }) },
}
