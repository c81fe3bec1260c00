import * as voicemail from '#domain/voicemail'
import type { Database } from '#kit/unit'

/** What the carrier tells us of people at a mailbox, turned into domain verbs. */

/** A recording is there; however often that is told, it is one message, or one greeting. */
export async function recorded(database: Database, report: voicemail.RecordingReport): Promise<voicemail.Heard> {
  return database.write((unit) => voicemail.recorded(unit, report))
}

/**
 * The same, told at an address that only our own documents name: what turns out to be nobody's was recorded for us all
 * the same, and does not stay at the carrier.
 */
export async function recordedForUs(database: Database, report: voicemail.RecordingReport): Promise<voicemail.Heard> {
  return database.write(async (unit) => {
    const heard = await voicemail.recorded(unit, report)
    if (heard === 'unexpected') await voicemail.unexpected(unit, report.recordingId)
    return heard
  })
}

/** There is nothing in a recording. */
export async function wasSilent(
  database: Database,
  report: Omit<voicemail.RecordingReport, 'durationSeconds'>,
): Promise<void> {
  await database.write((unit) => voicemail.wasSilent(unit, report))
}

/** A caller is done with what they said; false when nothing is left of it. */
export async function sent(database: Database, carrierCallId: string, recordingId: string): Promise<boolean> {
  return database.write((unit) => voicemail.settle(unit, carrierCallId, recordingId))
}

/** A caller wants to speak anew: at which mailbox; null when it is closed by now. */
export async function takenBack(
  database: Database,
  carrierCallId: string,
  recordingId: string,
): Promise<voicemail.Mailbox | null> {
  return database.write(async (unit) => {
    await voicemail.takeBack(unit, carrierCallId, recordingId)
    return voicemail.mailboxAgain(unit, carrierCallId)
  })
}

/** A recording has been written down, or could not be (null). */
export async function transcribed(
  database: Database,
  recordingId: string,
  text: string | null,
  transcriptId: string | null,
): Promise<void> {
  await database.write((unit) => voicemail.transcribed(unit, recordingId, text, transcriptId))
}

/** Whether somebody on the line is in their own mailbox. */
export async function isInOwnMailbox(database: Database, carrierCallId: string): Promise<boolean> {
  return database.write((unit) => voicemail.isInOwnMailbox(unit, carrierCallId))
}

/** An owner wants to record their greeting anew. */
export async function greetingTakenBack(database: Database, carrierCallId: string, recordingId: string): Promise<void> {
  await database.write((unit) => voicemail.takeBack(unit, carrierCallId, recordingId))
}

/** An owner keeps the greeting that they have recorded; false when it is gone. */
export async function greetingKept(database: Database, carrierCallId: string, recordingId: string): Promise<boolean> {
  return database.write((unit) => voicemail.keepGreeting(unit, carrierCallId, recordingId))
}

/** An owner wants the standard greeting. */
export async function standardGreeting(database: Database, carrierCallId: string): Promise<void> {
  await database.write((unit) => voicemail.useStandardGreeting(unit, carrierCallId))
}
