import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { type Recording, RULES } from './model.ts'

interface RecordingRow {
  readonly recording_id: string
  readonly purpose: Recording['purpose']
  readonly owner_id: string
  readonly message_id: string | null
  readonly duration_seconds: number
  readonly state: Recording['state']
  readonly file_id: string | null
  readonly transcript: Recording['transcript']
  readonly is_settled: boolean
  readonly notice_due_at: Date | null
  readonly heard_at: Date
}

/** Insert a recording, unless it is known; its row is locked from here on. */
export async function hear(
  unit: Unit,
  recording: Pick<Recording, 'recordingId' | 'purpose' | 'ownerId' | 'durationSeconds' | 'state' | 'transcript'>,
): Promise<{ readonly recording: Recording; readonly isNew: boolean }> {
  const rows: RecordingRow[] = await unit
    .sql('recordings')
    .insert({
      recording_id: recording.recordingId,
      purpose: recording.purpose,
      owner_id: recording.ownerId,
      duration_seconds: recording.durationSeconds,
      state: recording.state,
      transcript: recording.transcript,
      transcript_due_at: secondsAfter(unit.now, RULES.firstLook),
      sound_due_at: secondsAfter(unit.now, RULES.firstFetch),
      heard_at: unit.now,
    })
    .onConflict('recording_id')
    .ignore()
    .returning('*')
  if (rows[0]) return { recording: fromRow(rows[0]), isNew: true }
  return { recording: (await lock(unit, recording.recordingId)) as Recording, isNew: false }
}

/** A recording, locked: whoever changes one holds this first, before its message or its file. */
export async function lock(unit: Unit, recordingId: string): Promise<Recording | null> {
  return one(await unit.sql('recordings').where({ recording_id: recordingId }).forUpdate().first())
}

/** The recording of a message, locked. */
export async function lockOfMessage(unit: Unit, messageId: string): Promise<Recording | null> {
  return one(await unit.sql('recordings').where({ message_id: messageId }).forUpdate().first())
}

export async function find(view: View, recordingId: string): Promise<Recording | null> {
  return one(await view.sql('recordings').where({ recording_id: recordingId }).first())
}

export async function findOfMessage(view: View, messageId: string): Promise<Recording | null> {
  return one(await view.sql('recordings').where({ message_id: messageId }).first())
}

/** Change a locked recording. */
export async function update(unit: Unit, recordingId: string, changes: Record<string, unknown>): Promise<Recording> {
  const rows: RecordingRow[] = await unit
    .sql('recordings')
    .where({ recording_id: recordingId })
    .update(changes)
    .returning('*')
  if (!rows[0]) throw new Error('A locked recording is gone.')
  return fromRow(rows[0])
}

/** A person's recorded greetings that are not stored yet, locked. */
export async function lockGreetingsUnderWay(unit: Unit, ownerId: string): Promise<readonly Recording[]> {
  const rows: RecordingRow[] = await unit
    .sql('recordings')
    .where({ owner_id: ownerId, purpose: 'greeting' })
    .whereIn('state', ['offered', 'wanted'])
    .orderBy('recording_id')
    .forUpdate()
  return rows.map(fromRow)
}

/** Whether a file was made of a recording, and did not come from elsewhere. */
export async function isRecorded(view: View, fileId: string): Promise<boolean> {
  return (await view.sql('recordings').where({ file_id: fileId }).first('recording_id')) !== undefined
}

/** Forget recordings that came to nothing before a moment. */
export async function forgetDiscarded(unit: Unit, before: Date): Promise<void> {
  await unit.sql('recordings').where({ state: 'discarded' }).andWhere('heard_at', '<', before).delete()
}

function one(row: RecordingRow | undefined): Recording | null {
  return row ? fromRow(row) : null
}

function fromRow(row: RecordingRow): Recording {
  return {
    recordingId: row.recording_id,
    purpose: row.purpose,
    ownerId: row.owner_id,
    messageId: row.message_id,
    durationSeconds: row.duration_seconds,
    state: row.state,
    fileId: row.file_id,
    transcript: row.transcript,
    isSettled: row.is_settled,
    noticeDueAt: row.notice_due_at,
    heardAt: row.heard_at,
  }
}
