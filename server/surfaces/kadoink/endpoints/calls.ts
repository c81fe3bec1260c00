import { z } from 'zod'
import type { User } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import * as calls from '#domain/calls'
import { ContactNotFound } from '#domain/contacts'
import { unreachable } from '#domain/destinations'
import * as errands from '#domain/errands'
import { GroupNotFound } from '#domain/groups'
import { TimeInPast } from '#domain/schedule'
import { KtagNameSchema, KtagNotFound } from '#domain/tags'
import { LinesBusy } from '#domain/turns'
import { Again } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import { readPhone } from '../dialect/phones.ts'
import { ScheduledAtSchema } from '../dialect/scheduled-at.ts'
import {
  CallSchema,
  ParticipantSchema,
  PrivacySchema,
  presentCall,
  presentParticipant,
  TitleSchema,
} from '../presenters/call.ts'
import { JobSchema, presentJob } from '../presenters/job.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Calls & grid', auth: 'bearer', gates: ['mobile'] } as const
/** As many as one call could ever hold. */
const MOST_CALLEES = 250
const MobileCalleeSchema = z.object({ mobile: z.string().max(40), name: z.string().trim().min(1).max(80).optional() })
const KtagCalleeSchema = z.object({ ktag: KtagNameSchema })
const CalleeSchema = z.union([z.object({ contact_id: IdSchema }), KtagCalleeSchema, MobileCalleeSchema], {
  error: 'Name a contact_id, a ktag or a mobile.',
})
const GroupSchema = z.object({ group_id: IdSchema })
const TargetSchema = z.union([z.object({ contact_id: IdSchema }), GroupSchema, KtagCalleeSchema, MobileCalleeSchema], {
  error: 'Name a contact_id, a group_id, a ktag or a mobile.',
})

export const startCall = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/calls',
  summary: 'Start a call',
  notes:
    'Your own phone rings first; the others are rung once you have pressed 1, as fast as the carrier begins calls: ' +
    '`queue_seconds` says how long each of them waits for that. `contact_ids`, `group_id` and `ktag` are shorthands for `to`. Of a group those are rung who have a mobile; whoever is named twice is rung once. A tag of ' +
    'somebody else rings its owner; a tag of your own rings those who follow it with its calls, whoever waited longest ' +
    'for it first. Who calls one tag and nobody else, and is not answered, may leave a message there. So many phones as ' +
    'your plan allows are rung for you in ten minutes, in at most five countries a day.',
  limit: 'call',
  body: z
    .object({
      to: z.array(TargetSchema).max(MOST_CALLEES).default([]),
      contact_ids: z.array(IdSchema).max(MOST_CALLEES).default([]),
      group_id: IdSchema.nullable().default(null),
      ktag: KtagNameSchema.nullable().default(null),
      title: TitleSchema,
      privacy: PrivacySchema.default('private'),
      scheduled_at: ScheduledAtSchema,
    })
    .refine((body) => body.to.length + body.contact_ids.length > 0 || body.group_id !== null || body.ktag !== null, {
      path: ['to'],
      message: 'Name somebody to call.',
    }),
  status: 201,
  again: 202,
  reply: z.union([CallSchema, JobSchema]),
  idempotent: true,
  faults: [
    calls.CallInProgress,
    calls.CallNotAllowed,
    calls.NothingToDial,
    ContactNotFound,
    GroupNotFound,
    KtagNotFound,
    PlanLimitReached,
    calls.CallTooLarge,
    calls.AlreadyInCall,
    LinesBusy,
    TimeInPast,
    ...unreachable,
  ],
  async handle({ unit, viewer, body }) {
    const group = body.group_id === null ? [] : [{ group_id: body.group_id }]
    const ktag = body.ktag === null ? [] : [{ ktag: body.ktag }]
    const targets = [...body.to, ...body.contact_ids.map((contact_id) => ({ contact_id })), ...group, ...ktag]
    const wanted = {
      title: body.title,
      privacy: body.privacy,
      callees: targets.map((to, at) => target(to, `to.${at}`, viewer.user)),
    }
    if (body.scheduled_at !== undefined) {
      return new Again(presentJob(await errands.callLater(unit, viewer.user, wanted, new Date(body.scheduled_at))))
    }
    return presentCall(await calls.start(unit, viewer.user, wanted), viewer.user.id, unit.site)
  },
})

export const endCall = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/calls/active',
  summary: 'End the call',
  notes: 'The host ends it for everybody; a guest only leaves.',
  limit: 'write',
  status: 204,
  faults: [calls.CallNotFound],
  async handle({ unit, viewer }) {
    await calls.end(unit, viewer.user)
  },
})

export const readCall = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/calls/active',
  summary: 'Your active call',
  notes: 'As its host, or as a guest who has an account.',
  limit: 'read',
  status: 200,
  reply: CallSchema,
  faults: [calls.CallNotFound],
  async handle({ view, viewer }) {
    return presentCall(await calls.active(view, viewer.user), viewer.user.id, view.site)
  },
})

export const setCallPrivacy = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/calls/active',
  summary: 'Set call privacy',
  notes: 'Closing the call keeps those inside.',
  limit: 'write',
  body: z.object({ privacy: PrivacySchema }),
  status: 200,
  reply: CallSchema,
  faults: [calls.CallNotFound, calls.NotCallHost],
  async handle({ unit, viewer, body }) {
    return presentCall(await calls.setPrivacy(unit, viewer.user, body.privacy), viewer.user.id, unit.site)
  },
})

export const addParticipant = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/calls/active/participants',
  summary: 'Add a participant',
  notes:
    'They are rung, and asked to press 1, when the call has begun and it is their turn. A tag of your own adds as many of its followers ' +
    'as fit, and answers with the first.',
  limit: 'leg',
  body: CalleeSchema,
  status: 201,
  reply: ParticipantSchema,
  idempotent: true,
  faults: [
    calls.CallNotFound,
    calls.NotCallHost,
    calls.AlreadyInCall,
    calls.CallNotAllowed,
    calls.NothingToDial,
    ContactNotFound,
    KtagNotFound,
    PlanLimitReached,
    calls.CallTooLarge,
    LinesBusy,
    ...unreachable,
  ],
  async handle({ unit, viewer, body }) {
    const participant = await calls.add(unit, viewer.user, callee(body, 'mobile', viewer.user))
    return presentParticipant(await calls.byId(unit, participant.callId), participant, viewer.user.id)
  },
})

function target(to: z.output<typeof TargetSchema>, field: string, host: User): calls.Callee | calls.CalledGroup {
  return 'group_id' in to ? { groupId: to.group_id } : callee(to, field, host)
}

function callee(to: z.output<typeof CalleeSchema>, field: string, host: User): calls.Callee {
  if ('contact_id' in to) return { contactId: to.contact_id }
  if ('ktag' in to) return to
  const mobile = readPhone(to.mobile, field, host)
  return to.name === undefined ? { mobile } : { mobile, name: to.name }
}
