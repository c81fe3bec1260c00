import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as calls from '#domain/calls'
import { unreachable } from '#domain/destinations'
import * as errands from '#domain/errands'
import * as grid from '#domain/grid'
import { TimeInPast } from '#domain/schedule'
import { LinesBusy } from '#domain/turns'
import { Again } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import { ScheduledAtSchema } from '../dialect/scheduled-at.ts'
import { CallSchema, PrivacySchema, presentCall, TitleSchema } from '../presenters/call.ts'
import { GridMemberSchema, GridSchema, presentGrid, presentGridMember } from '../presenters/grid.ts'
import { JobSchema, presentJob } from '../presenters/job.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Calls & grid', auth: 'bearer', gates: ['mobile'] } as const

export const readGrid = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/grid',
  summary: 'Your call grid',
  notes:
    'Empty at first. `slots` is what the plan allows; after a plan has become smaller, members in cells beyond it stay, ' +
    'with `over_limit`, and are not called.',
  limit: 'read',
  status: 200,
  reply: GridSchema,
  snapshot: true,
  async handle({ view, viewer }) {
    return presentGrid(view, viewer.user)
  },
})

export const addGridMember = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/grid/members',
  summary: 'Add to the grid',
  notes:
    'Into the first free cell, unless a `position` is named. Only contacts with a mobile. While the grid is being called ' +
    'nobody is rung for it.',
  limit: 'write',
  body: z.object({ contact_id: IdSchema, position: z.number().int().min(0).max(9999).nullable().default(null) }),
  status: 201,
  reply: GridMemberSchema,
  idempotent: true,
  faults: [grid.GridContactNotFound, grid.AlreadyInGrid, grid.PositionTaken, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    const cell = await grid.add(unit, viewer.user, body.contact_id, body.position)
    return presentGridMember(unit, viewer.user, cell)
  },
})

export const removeGridMember = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/grid/members/{contact_id}',
  summary: 'Remove from the grid',
  notes: 'The others stay where they are, and a call goes on.',
  limit: 'write',
  params: z.object({ contact_id: IdSchema }),
  status: 204,
  faults: [grid.GridContactNotFound],
  async handle({ unit, viewer, params }) {
    await grid.remove(unit, viewer.user, params.contact_id)
  },
})

export const startGridCall = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/grid/calls',
  summary: 'Call the whole grid',
  notes:
    'Your own phone rings first; everybody on the grid is rung once you have pressed 1. `grid_position` of each ' +
    'participant says which cell it is.',
  limit: 'call',
  body: z.object({ title: TitleSchema, privacy: PrivacySchema.default('private'), scheduled_at: ScheduledAtSchema }),
  status: 201,
  again: 202,
  reply: z.union([CallSchema, JobSchema]),
  idempotent: true,
  faults: [
    calls.GridEmpty,
    calls.CallInProgress,
    PlanLimitReached,
    calls.CallTooLarge,
    LinesBusy,
    TimeInPast,
    ...unreachable,
  ],
  async handle({ unit, viewer, body: { scheduled_at: at, ...body } }) {
    if (at !== undefined) {
      return new Again(presentJob(await errands.callGridLater(unit, viewer.user, body, new Date(at))))
    }
    return presentCall(await calls.startGrid(unit, viewer.user, body), viewer.user.id, unit.site)
  },
})

export const endGridCall = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/grid/calls',
  summary: 'End the grid call',
  notes: 'For everybody. A call of another kind is left alone.',
  limit: 'write',
  status: 204,
  faults: [calls.GridCallNotFound],
  async handle({ unit, viewer }) {
    await calls.endGrid(unit, viewer.user)
  },
})
