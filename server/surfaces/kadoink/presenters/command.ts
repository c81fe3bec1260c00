import { z } from 'zod'
import type { User } from '#domain/accounts'
import { PLANS } from '#domain/billing'
import type { GuideEntry, Ran, Result } from '#domain/commands'
import type { View } from '#kit/unit'
import { EntitlementsSchema, presentEntitlements } from './billing.ts'
import { CalendarEventSchema, presentEvent, presentEventsAt } from './calendar-event.ts'
import { CallSchema, presentCall } from './call.ts'
import { ContactSchema, presentContact } from './contact.ts'
import { GridSchema, presentGrid } from './grid.ts'
import { GroupDetailSchema, GroupSchema, presentGroup, presentGroupDetail } from './group.ts'
import { InviteSchema, presentInvite, presentInvites } from './invite.ts'
import { JobSchema, presentJob } from './job.ts'
import { FollowSchema, KtagSchema, presentFollow, presentKtag } from './ktag.ts'
import { KtagPageSchema, presentKtagPage } from './ktag-page.ts'
import { MessageSchema, presentMessage, presentMessages } from './message.ts'
import { FollowerSchema, presentFollowers } from './profile.ts'
import { presentStatus, presentStatuses, StatusSchema } from './status.ts'
import { presentUser, UserSchema } from './user.ts'

/** How one command is written. */
export const GuideEntrySchema = z
  .object({
    verb: z.string(),
    aliases: z.array(z.string()),
    syntax: z.string(),
    summary: z.string(),
    category: z.string(),
    examples: z.array(z.string()),
    works_by_sms: z.boolean(),
    schedulable: z.boolean().describe('Whether it may stand behind a time: `at`, `in`, `every`.'),
    plan: z.enum(PLANS).describe('The least plan that has it.'),
  })
  .meta({ id: 'GuideEntry' })

/** What came of a command: an object of this API, or several. */
export const CommandOutcomeSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('user'), data: UserSchema }),
    z.object({ type: z.literal('contact'), data: ContactSchema }),
    z.object({ type: z.literal('contacts'), data: z.array(ContactSchema) }),
    z.object({ type: z.literal('group'), data: GroupDetailSchema }),
    z.object({ type: z.literal('groups'), data: z.array(GroupSchema) }),
    z.object({ type: z.literal('ktag'), data: KtagSchema }),
    z.object({ type: z.literal('ktags'), data: z.array(KtagSchema) }),
    z.object({ type: z.literal('ktag_page'), data: KtagPageSchema }),
    z.object({ type: z.literal('follow'), data: FollowSchema }),
    z.object({ type: z.literal('follows'), data: z.array(FollowSchema) }),
    z.object({ type: z.literal('followers'), data: z.array(FollowerSchema) }),
    z.object({ type: z.literal('statuses'), data: z.array(StatusSchema) }),
    z.object({ type: z.literal('call'), data: CallSchema }),
    z.object({ type: z.literal('grid'), data: GridSchema }),
    z.object({ type: z.literal('entitlements'), data: EntitlementsSchema }),
    z.object({ type: z.literal('invite'), data: InviteSchema }),
    z.object({ type: z.literal('invites'), data: z.array(InviteSchema) }),
    z.object({ type: z.literal('job'), data: JobSchema }),
    z.object({ type: z.literal('jobs'), data: z.array(JobSchema) }),
    z.object({ type: z.literal('message'), data: MessageSchema }),
    z.object({ type: z.literal('messages'), data: z.array(MessageSchema) }),
    z.object({ type: z.literal('status'), data: StatusSchema }),
    z.object({
      type: z.literal('sending'),
      data: z.object({
        recipients: z.number().int().describe('Who hears of it, by text or in their inbox.'),
        opted_out: z.number().int().describe('Who wants no texts, and is sent none.'),
      }),
    }),
    z.object({ type: z.literal('event'), data: CalendarEventSchema }),
    z.object({ type: z.literal('events'), data: z.array(CalendarEventSchema) }),
    z.object({ type: z.literal('guide'), data: z.array(GuideEntrySchema) }),
  ])
  .meta({ id: 'CommandOutcome' })

export const CommandResultSchema = z
  .object({
    status: z.enum(['ok', 'confirm_required', 'scheduled']),
    verb: z.string(),
    canonical: z.string().describe('The command in its one form; sent again, it means the same.'),
    reply: z.string().describe('What a phone would be texted.'),
    result: CommandOutcomeSchema.nullable(),
    job: JobSchema.nullable().describe('What is to be done later, when the command begins with a time.'),
    confirm: z
      .object({ token: z.string(), recipients: z.number().int() })
      .nullable()
      .describe('So many would hear of it: send it again with `confirm`, or write `ok`.'),
  })
  .meta({ id: 'CommandResult' })

/** That a command was run, by whatever device or phone. */
export const CommandRunSchema = z.object({
  id: z.string(),
  source: z.enum(['app', 'sms', 'schedule']),
  text: z.string(),
  verb: z.string().nullable(),
  canonical: z.string().nullable(),
  status: z.enum(['ok', 'confirm_required', 'scheduled', 'failed']),
  reply: z.string(),
  code: z.string().nullable().describe('Of the refusal.'),
})

/** Write how one command is written. */
export function presentGuideEntry(entry: GuideEntry): z.input<typeof GuideEntrySchema> {
  return {
    verb: entry.verb,
    aliases: [...entry.aliases],
    syntax: entry.syntax,
    summary: entry.summary,
    category: entry.category,
    examples: [...entry.examples],
    works_by_sms: true,
    schedulable: entry.isSchedulable,
    plan: entry.plan,
  }
}

/** Write what somebody's command came to, for them. */
export async function presentRan(view: View, viewer: User, ran: Ran): Promise<z.input<typeof CommandResultSchema>> {
  const { status, verb, canonical, reply, result, job, doubt } = ran
  return {
    status,
    verb,
    canonical,
    reply,
    result: result && (await presentOutcome(view, viewer, result)),
    job: job && presentJob(job),
    confirm: doubt,
  }
}

async function presentOutcome(
  view: View,
  viewer: User,
  { type, data }: Result,
): Promise<z.input<typeof CommandOutcomeSchema>> {
  switch (type) {
    case 'user':
      return { type, data: await presentUser(view, data) }
    case 'contact':
      return { type, data: presentContact(data) }
    case 'contacts':
      return { type, data: data.map(presentContact) }
    case 'group':
      return { type, data: await presentGroupDetail(view, data) }
    case 'groups':
      return { type, data: data.map(presentGroup) }
    case 'ktag':
      return { type, data: presentKtag(data) }
    case 'ktags':
      return { type, data: data.map(presentKtag) }
    case 'ktag_page':
      return { type, data: await presentKtagPage(view, data, viewer) }
    case 'follow':
      return { type, data: presentFollow(data) }
    case 'follows':
      return { type, data: data.map(presentFollow) }
    case 'followers':
      return { type, data: await presentFollowers(view, viewer.id, data) }
    case 'statuses':
      return { type, data: await presentStatuses(view, viewer.id, data) }
    case 'call':
      return { type, data: presentCall(data, viewer.id, view.site) }
    case 'grid':
      return { type, data: await presentGrid(view, data) }
    case 'entitlements':
      return { type, data: await presentEntitlements(view, data) }
    case 'invite':
      return { type, data: await presentInvite(view, viewer.id, data) }
    case 'invites':
      return { type, data: await presentInvites(view, viewer.id, data) }
    case 'job':
      return { type, data: presentJob(data) }
    case 'jobs':
      return { type, data: data.map(presentJob) }
    case 'message':
      return { type, data: await presentMessage(view, data) }
    case 'messages':
      return { type, data: data[0] ? await presentMessages(view, data[0].ownerId, data) : [] }
    case 'status':
      return { type, data: await presentStatus(view, data.authorId, data) }
    case 'sending':
      return { type, data: { recipients: data.recipients, opted_out: data.optedOut } }
    case 'event':
      return { type, data: await presentEvent(view, data) }
    case 'events':
      return { type, data: await presentEventsAt(view, data) }
    case 'guide':
      return { type, data: data.map(presentGuideEntry) }
  }
}
