import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import type { Participant } from './model.ts'
import { type ParticipantRow, participantFromRow } from './participants-store.ts'

/** What is to be set of a participant. */
export interface ControlState {
  readonly muted: boolean
  readonly mutedByHost: boolean
  readonly onHold: boolean
}

/** How the carrier stands to what it was told of a participant. */
export interface ControlRecord {
  readonly participant: Participant
  /** Counts what the carrier was to be told in this attempt. */
  readonly no: number
  /** Up to which of these it has done it. */
  readonly done: number
  /** The carrier's own time when it did the last of them. */
  readonly controlledAt: Date | null
}

interface ControlRow extends ParticipantRow {
  readonly control_no: number
  readonly control_done: number
  readonly controlled_at: Date | null
}

/** Set what somebody is to be; `isOrder` when the carrier is to be told. */
export async function setControl(
  unit: Unit,
  id: string,
  { muted, mutedByHost, onHold }: ControlState,
  isOrder: boolean,
): Promise<Participant> {
  const ordered = { control_no: unit.sql.raw('control_no + 1'), control_ordered_at: unit.now }
  const rows: ParticipantRow[] = await unit
    .sql('participants')
    .where({ id })
    .update({ muted, muted_by_host: mutedByHost, on_hold: onHold, ...(isOrder ? ordered : {}) })
    .returning('*')
  if (!rows[0]) throw new Error('A participant of a locked call is gone.')
  return participantFromRow(rows[0])
}

/** Note that the carrier is to be told again. */
export async function orderControl(unit: Unit, id: string): Promise<void> {
  await unit
    .sql('participants')
    .where({ id })
    .update({ control_no: unit.sql.raw('control_no + 1'), control_ordered_at: unit.now })
}

/** Somebody and what the carrier was told of them. */
export async function findControl(view: View, id: string): Promise<ControlRecord | null> {
  const row: ControlRow | undefined = await view.sql('participants').where({ id }).first()
  if (!row) return null
  const { control_no: no, control_done: done, controlled_at: controlledAt } = row
  return { participant: participantFromRow(row), no, done, controlledAt }
}

/** The carrier has done what it was told under this number, at this time of its own. */
export async function confirmControl(
  unit: Unit,
  control: { readonly participantId: string; readonly attempt: number; readonly no: number; readonly at: Date | null },
): Promise<void> {
  await unit
    .sql('participants')
    .where({ id: control.participantId, attempt: control.attempt })
    .andWhere('control_done', '<', control.no)
    .update({ control_done: control.no, ...(control.at === null ? {} : { controlled_at: control.at }) })
}

/** Note that a report of the room was heard; false when a later one of its kind was heard before. */
export async function noteReport(unit: Unit, id: string, kind: 'muted' | 'hold', sequence: number): Promise<boolean> {
  const column = `${kind}_sequence`
  const moved = await unit
    .sql('participants')
    .where({ id })
    .andWhere(column, '<', sequence)
    .update({ [column]: sequence })
  return moved === 1
}

/** Those in a room of whom the carrier was told something so long ago, and has not said that it is done. */
export async function overdueControls(view: View, seconds: number): Promise<readonly string[]> {
  return view
    .sql('participants')
    .where({ status: 'joined' })
    .whereNull('left_at')
    .andWhereRaw('control_done < control_no')
    .andWhere('control_ordered_at', '<=', secondsAfter(view.now, -seconds))
    .limit(200)
    .pluck('id')
}
