import { z } from 'zod'
import { type CallDetail, PARTICIPANT_STATUSES, type Participant, type ParticipantStatus } from '#domain/calls'
import { maskPhone } from '#domain/phones'
import type { Ktag } from '#domain/tags'
import type { Site } from '#kit/site'
import { StampSchema, stamp, stampOrNull } from '../dialect/stamp.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'
import { PersonSchema, presentPerson } from './person.ts'

/** Who may come into a call: those who were called, or followers too. */
export const PrivacySchema = z.enum(['private', 'open'])

/** What a host calls a call. */
export const TitleSchema = z.string().trim().min(1).max(80).nullable().default(null)

export const ParticipantSchema = z
  .object({
    id: z.string(),
    role: z.enum(['host', 'guest']),
    contact_id: z.string().nullable(),
    user_id: z.string().nullable(),
    name: z.string().nullable(),
    mobile: z.string().describe('In full only when it is in your contacts, or your own.'),
    status: z.enum(PARTICIPANT_STATUSES),
    reason: z.string().nullable(),
    sip_code: z.number().int().nullable(),
    muted: z.boolean(),
    muted_by_host: z.boolean().describe('Only the host can undo it.'),
    on_hold: z.boolean(),
    grid_position: z.number().int().nullable(),
    queue_seconds: z
      .number()
      .int()
      .nullable()
      .describe('About how long it takes until their phone is rung; null when they do not wait for a line.'),
    joined_at: StampSchema.nullable(),
    left_at: StampSchema.nullable(),
  })
  .meta({ id: 'Participant' })

export const CallSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['direct', 'group', 'ktag', 'grid']),
    status: z.enum(['queued', 'dialing', 'in_progress', 'ended']),
    privacy: PrivacySchema,
    title: z.string().nullable(),
    host: PersonSchema,
    ktag: KtagRefSchema.nullable(),
    group_id: z.string().nullable(),
    dial_in: z.object({ number: z.string(), pin: z.string() }).nullable(),
    participants: z.array(ParticipantSchema),
    max_participants: z.number().int(),
    mute_on_join: z.boolean().describe('Guests who join are muted.'),
    created_at: StampSchema,
    started_at: StampSchema.nullable(),
    ends_by: StampSchema.nullable(),
    ended_at: StampSchema.nullable(),
    end_reason: z.string().nullable(),
  })
  .meta({ id: 'Call' })

/** Who may wait for a line: ours, or the carrier's, which takes orders before it begins them. */
const WAITING: ReadonlySet<string> = new Set(['queued', 'dialing'] satisfies ParticipantStatus[])

/** Write a call as one of the people on it, or somebody who only watches (`viewerId` null), may see it. */
export function presentCall(detail: CallDetail, viewerId: string | null, site: Site): z.input<typeof CallSchema> {
  const { call, host, hostKtag, ktag, participants } = detail
  return {
    id: call.id,
    kind: call.kind,
    status: call.status,
    privacy: call.privacy,
    title: call.title,
    host: presentPerson(host, hostKtag, viewerId),
    ktag: ktag && maySeeKtag(detail, ktag, viewerId) ? presentKtagRef(ktag) : null,
    group_id: viewerId === call.hostId ? call.groupId : null,
    dial_in: call.pin === null || call.status === 'ended' ? null : { number: site.numbers[0], pin: call.pin },
    participants: participants.map((participant) => presentParticipant(detail, participant, viewerId)),
    max_participants: call.maxParticipants,
    mute_on_join: call.muteOnJoin,
    created_at: stamp(call.createdAt),
    started_at: stampOrNull(call.startedAt),
    ends_by: stampOrNull(call.endsBy),
    ended_at: stampOrNull(call.endedAt),
    end_reason: call.endReason,
  }
}

/** Write a participant of a call; numbers are whole only for those who know them. */
export function presentParticipant(
  { call, queueSeconds }: CallDetail,
  participant: Participant,
  viewerId: string | null,
): z.input<typeof ParticipantSchema> {
  const isOwn = viewerId !== null && participant.userId === viewerId
  const isKnown = viewerId === call.hostId && participant.contactId !== null
  return {
    id: participant.id,
    role: participant.role,
    contact_id: viewerId === call.hostId ? participant.contactId : null,
    user_id: participant.userId,
    name: participant.name,
    mobile: isOwn || isKnown ? participant.phone : maskPhone(participant.phone),
    status: participant.status,
    reason: participant.reason,
    sip_code: participant.sipCode,
    muted: participant.muted,
    muted_by_host: participant.mutedByHost,
    on_hold: participant.onHold,
    grid_position: viewerId === call.hostId ? participant.gridPosition : null,
    queue_seconds: WAITING.has(participant.status) ? (queueSeconds.get(participant.id) ?? null) : null,
    joined_at: stampOrNull(participant.joinedAt),
    left_at: stampOrNull(participant.leftAt),
  }
}

/** A private tag is shown to whoever called it, to its owner, and to those who were called by it. */
function maySeeKtag({ call, participants }: CallDetail, ktag: Ktag, viewerId: string | null): boolean {
  if (ktag.visibility === 'public') return true
  if (viewerId === null) return false
  const isCalled = participants.some(({ userId, ktagId }) => userId === viewerId && ktagId === ktag.id)
  return isCalled || viewerId === call.hostId || viewerId === ktag.ownerId
}
