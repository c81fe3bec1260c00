import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as calls from '#domain/calls'
import { unreachable } from '#domain/destinations'
import { LinesBusy } from '#domain/turns'
import { IdSchema } from '#kit/id'
import { CallSchema, ParticipantSchema, presentCall, presentParticipant } from '../presenters/call.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Calls & grid', auth: 'bearer', gates: ['mobile'], extension: true } as const
const params = z.object({ id: IdSchema })

export const controlParticipant = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  path: '/calls/active/participants/{id}',
  summary: 'Mute a participant or put them on hold',
  notes:
    'The host may change everybody on the line. Others may mute and unmute themselves, except that only the host ' +
    'unmutes whom the host has muted.',
  limit: 'write',
  params,
  body: z
    .object({ muted: z.boolean().optional(), on_hold: z.boolean().optional() })
    .refine((body) => body.muted !== undefined || body.on_hold !== undefined, {
      path: ['muted'],
      message: 'Say muted or on_hold.',
    }),
  status: 200,
  reply: ParticipantSchema,
  faults: [
    calls.CallNotFound,
    calls.ParticipantNotFound,
    calls.NotCallHost,
    calls.MutedByHost,
    calls.ParticipantNotJoined,
  ],
  async handle({ unit, viewer, params, body }) {
    const wanted = { muted: body.muted, onHold: body.on_hold }
    const participant = await calls.control(unit, viewer.user, params.id, wanted)
    return presentParticipant(await calls.byId(unit, participant.callId), participant, viewer.user.id)
  },
})

export const removeParticipant = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/calls/active/participants/{id}',
  summary: 'Remove a participant',
  notes: 'They are put out, or rung no more, and cannot come back unless the host calls them again.',
  limit: 'write',
  params,
  status: 204,
  faults: [calls.CallNotFound, calls.ParticipantNotFound, calls.NotCallHost, calls.HostNotRemovable],
  async handle({ unit, viewer, params }) {
    await calls.remove(unit, viewer.user, params.id)
  },
})

export const redialParticipant = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/calls/active/participants/{id}/redial',
  summary: 'Ring a participant again',
  notes:
    'For those who have left or did not come to the phone; they stay the same participant. A host who has left their ' +
    'open call can have themselves rung.',
  limit: 'leg',
  params,
  status: 200,
  reply: ParticipantSchema,
  idempotent: true,
  faults: [
    calls.CallNotFound,
    calls.ParticipantNotFound,
    calls.NotCallHost,
    calls.AlreadyInCall,
    calls.CallRefused,
    calls.CallNotAllowed,
    calls.CallTooLarge,
    PlanLimitReached,
    LinesBusy,
    ...unreachable,
  ],
  async handle({ unit, viewer, params }) {
    const participant = await calls.ringAgain(unit, viewer.user, params.id)
    return presentParticipant(await calls.byId(unit, participant.callId), participant, viewer.user.id)
  },
})

export const muteOthers = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/calls/active/mute-others',
  summary: 'Mute everybody else',
  notes:
    'Mutes every guest on the line; `muted: false` lets those speak again whom you have muted. `on_join` decides whether ' +
    'guests who join from now on are muted.',
  limit: 'write',
  body: z.object({ muted: z.boolean().default(true), on_join: z.boolean().optional() }),
  status: 200,
  reply: CallSchema,
  faults: [calls.CallNotFound, calls.NotCallHost],
  async handle({ unit, viewer, body }) {
    const wanted = { muted: body.muted, onJoin: body.on_join }
    return presentCall(await calls.muteOthers(unit, viewer.user, wanted), viewer.user.id, unit.site)
  },
})
