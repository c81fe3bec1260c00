import type { Knex } from 'knex'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { type Address, CLOSED, type Invite, type InviteState, RANK } from './model.ts'

interface InviteRow {
  readonly id: string
  readonly inviter_id: string
  readonly number: number
  readonly channel: Invite['channel']
  readonly address: string
  readonly name: string | null
  readonly message: string | null
  readonly ktag_id: string | null
  readonly state: InviteState
  readonly code_hash: string
  readonly code_sealed: string
  readonly text_id: string | null
  readonly accepted_at: Date | null
  readonly created_at: Date
  readonly expires_at: Date
}

/** An invite that is to be written down. */
export type NewInvite = Pick<
  Invite,
  'id' | 'inviterId' | 'channel' | 'address' | 'name' | 'message' | 'ktagId' | 'codeSealed' | 'expiresAt'
> & { readonly codeHash: string }

/** Write an invite down under the next number of its inviter, who is held. */
export async function insert(unit: Unit, invite: NewInvite): Promise<void> {
  const number = unit.sql.raw('(select coalesce(max(number), 0) + 1 from invites where inviter_id = ?)', [
    invite.inviterId,
  ])
  await unit.sql('invites').insert({
    id: invite.id,
    inviter_id: invite.inviterId,
    number,
    channel: invite.channel,
    address: invite.address,
    name: invite.name,
    message: invite.message,
    ktag_id: invite.ktagId,
    state: 'pending',
    rank: RANK.pending,
    code_hash: invite.codeHash,
    code_sealed: invite.codeSealed,
    created_at: unit.now,
    updated_at: unit.now,
    expires_at: invite.expiresAt,
  })
}

export async function find(view: View, id: string): Promise<Invite | null> {
  return fromRow(await view.sql<InviteRow>('invites').where({ id }).first())
}

/** The invite that a person has sent under a number. */
export async function findNumbered(view: View, inviterId: string, number: number): Promise<Invite | null> {
  return fromRow(await view.sql<InviteRow>('invites').where({ inviter_id: inviterId, number }).first())
}

export async function findByCode(view: View, codeHash: string): Promise<Invite | null> {
  return fromRow(await view.sql<InviteRow>('invites').where({ code_hash: codeHash }).first())
}

/** One invite, locked until the unit ends. */
export async function lock(unit: Unit, id: string): Promise<Invite | null> {
  return fromRow(await unit.sql<InviteRow>('invites').where({ id }).forUpdate().first())
}

/** One invite of its sender, locked until the unit ends, with the text that brings it. */
export async function lockSent(
  unit: Unit,
  inviterId: string,
  id: string,
): Promise<{ readonly invite: Invite; readonly textId: string | null } | null> {
  const row: InviteRow | undefined = await unit.sql('invites').where({ id, inviter_id: inviterId }).forUpdate().first()
  return row ? { invite: toInvite(row), textId: row.text_id } : null
}

/** The invite that a text brings, locked until the unit ends. */
export async function lockByText(unit: Unit, textId: string): Promise<Invite | null> {
  return fromRow(await unit.sql<InviteRow>('invites').where({ text_id: textId }).forUpdate().first())
}

/** The ids of the open invites that went to one of some addresses, to follow a tag or, with null, to none. */
export async function openTo(
  view: View,
  ktagId: string | null,
  addresses: readonly Address[],
): Promise<readonly string[]> {
  return view
    .sql('invites')
    .where({ ktag_id: ktagId })
    .andWhere('rank', '<', CLOSED)
    .andWhere('expires_at', '>', view.now)
    .whereRaw('address = any(?)', [addresses.map(({ address }) => address)])
    .orderBy('id')
    .pluck('id')
}

/** The invites that a person has sent, newest first. */
export async function listSent(
  view: View,
  inviterId: string,
  state: InviteState | undefined,
  request: PageRequest,
): Promise<Page<Invite>> {
  const query = view.sql<InviteRow>('invites').where({ inviter_id: inviterId })
  if (state) query.andWhere({ state })
  return page(query, request)
}

/**
 * The invites that came to some addresses, newest first: not those that were taken back or never arrived, and none of
 * people who are suspended or whom the reader has blocked.
 */
export async function listReceived(
  view: View,
  reader: { readonly addresses: readonly Address[]; readonly blocked: readonly string[] },
  state: InviteState | undefined,
  request: PageRequest,
): Promise<Page<Invite>> {
  const query = view
    .sql<InviteRow>('invites')
    .whereRaw('address = any(?)', [reader.addresses.map(({ address }) => address)])
    .whereIn('state', ['sent', 'accepted', 'expired'])
    .whereNotIn('inviter_id', [...reader.blocked])
    .whereNotIn('inviter_id', view.sql('users').whereNotNull('suspended_at').select('id'))
  if (state) query.andWhere({ state })
  return page(query, request)
}

/** When a person sent invites since a moment, the last one first. */
export async function sentSince(view: View, inviterId: string, since: Date): Promise<readonly Date[]> {
  return view
    .sql('invites')
    .where({ inviter_id: inviterId })
    .andWhere('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .pluck('created_at')
}

/** Move an invite on; the caller holds its row and has looked at its rank. */
export async function advance(
  unit: Unit,
  id: string,
  step: { readonly state: InviteState; readonly textId?: string; readonly acceptedBy?: string },
): Promise<void> {
  await unit
    .sql('invites')
    .where({ id })
    .update({
      state: step.state,
      rank: RANK[step.state],
      ...(step.textId === undefined ? {} : { text_id: step.textId }),
      ...(step.acceptedBy === undefined ? {} : { accepted_by: step.acceptedBy, accepted_at: unit.now }),
      updated_at: unit.now,
    })
}

/** Some invites whose time is over, locked; those that somebody else has are left to them. */
export async function lockOverdue(unit: Unit, most: number): Promise<readonly Invite[]> {
  const rows: InviteRow[] = await unit
    .sql('invites')
    .where('rank', '<', CLOSED)
    .andWhere('expires_at', '<=', unit.now)
    .orderBy('expires_at')
    .limit(most)
    .forUpdate()
    .skipLocked()
  return rows.map(toInvite)
}

/** The ids of invites that wait for something to be sent, the oldest first. */
export async function waiting(view: View, most: number): Promise<readonly string[]> {
  return view.sql('invites').where({ state: 'pending' }).orderBy('created_at').limit(most).pluck('id')
}

/** The open invites to follow a tag, locked. */
export async function lockOfKtag(unit: Unit, ktagId: string): Promise<readonly Invite[]> {
  const rows: InviteRow[] = await unit
    .sql('invites')
    .where({ ktag_id: ktagId })
    .andWhere('rank', '<', CLOSED)
    .orderBy('id')
    .forUpdate()
  return rows.map(toInvite)
}

/** What a sender has open to an address and is over by now. */
export async function lockEnded(unit: Unit, inviterId: string, address: string): Promise<readonly Invite[]> {
  const rows: InviteRow[] = await unit
    .sql('invites')
    .where({ inviter_id: inviterId, address })
    .andWhere('rank', '<', CLOSED)
    .andWhere('expires_at', '<=', unit.now)
    .forUpdate()
  return rows.map(toInvite)
}

/** Everything that a person has sent, with the texts that may still wait. */
export async function lockAllSent(
  unit: Unit,
  inviterId: string,
): Promise<readonly { readonly id: string; readonly textId: string | null }[]> {
  const rows: InviteRow[] = await unit.sql('invites').where({ inviter_id: inviterId }).orderBy('id').forUpdate()
  return rows.map((row) => ({ id: row.id, textId: row.text_id }))
}

/** Everything that a person has sent, in order. */
export async function allSent(view: View, inviterId: string): Promise<readonly Invite[]> {
  const rows: InviteRow[] = await view.sql('invites').where({ inviter_id: inviterId }).orderBy('id')
  return rows.map(toInvite)
}

/** Everything that a person has accepted, in order. */
export async function allAccepted(view: View, userId: string): Promise<readonly Invite[]> {
  const rows: InviteRow[] = await view.sql('invites').where({ accepted_by: userId }).orderBy('id')
  return rows.map(toInvite)
}

/** Delete everything that a person has sent. */
export async function deleteSent(unit: Unit, inviterId: string): Promise<void> {
  await unit.sql('invites').where({ inviter_id: inviterId }).delete()
}

/** Nobody knows any more whose coming an invite led to. */
export async function forgetGuest(unit: Unit, userId: string): Promise<void> {
  await unit.sql('invites').where({ accepted_by: userId }).update({ accepted_by: null })
}

/** Delete ended invites that nobody has touched since a moment, and forget addresses that may be invited again. */
export async function deleteBefore(unit: Unit, moments: { readonly ended: Date; readonly invited: Date }) {
  await unit.sql('invites').where({ rank: CLOSED }).andWhere('updated_at', '<', moments.ended).delete()
  await unit.sql('invited_addresses').where('invited_at', '<=', moments.invited).delete()
}

/**
 * Take an address for an invite; false when somebody has taken it since `since`. Of several who want it at once one gets
 * it: the others wait here, and are refused.
 */
export async function takeAddress(unit: Unit, address: string, since: Date): Promise<boolean> {
  const { rows } = await unit.sql.raw<{ rows: unknown[] }>(
    `insert into invited_addresses as known (address, invited_at) values (:address, :now)
     on conflict (address) do update set invited_at = excluded.invited_at where known.invited_at <= :since
     returning address`,
    { address, now: unit.now, since },
  )
  return rows.length === 1
}

/** Let an address be invited again: nothing has reached it. */
export async function releaseAddress(unit: Unit, address: string): Promise<void> {
  await unit.sql('invited_addresses').where({ address }).delete()
}

/** Remember that a mailbox wants no invites. */
export async function refuse(unit: Unit, address: string): Promise<void> {
  await unit.sql('invite_refusals').insert({ address, refused_at: unit.now }).onConflict('address').ignore()
}

export async function isRefused(view: View, address: string): Promise<boolean> {
  return (await view.sql('invite_refusals').where({ address }).first('address')) !== undefined
}

async function page(query: Knex.QueryBuilder, request: PageRequest): Promise<Page<Invite>> {
  if (request.beforeId) query.andWhere('id', '<', request.beforeId)
  const rows: InviteRow[] = await query
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, toInvite)
}

function fromRow(row: InviteRow | undefined): Invite | null {
  return row ? toInvite(row) : null
}

function toInvite(row: InviteRow): Invite {
  return {
    id: row.id,
    inviterId: row.inviter_id,
    number: row.number,
    channel: row.channel,
    address: row.address,
    name: row.name,
    message: row.message,
    ktagId: row.ktag_id,
    state: row.state,
    codeSealed: row.code_sealed,
    acceptedAt: row.accepted_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
