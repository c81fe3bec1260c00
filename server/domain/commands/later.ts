import { mediaOf } from '#domain/mms'
import * as schedule from '#domain/schedule'
import type { Phrase, Writer } from '#kit/command'
import type { Unit } from '#kit/unit'
import { book } from './book.ts'
import { CommandNotUnderstood } from './faults.ts'
import type { Asker, Given, Outcome } from './model.ts'

/** Said where a command came with pictures or sounds. */
const MEDIA_STAY = 'What came with it is left out: only words can wait.'

/** What a job of a command is, by its verb; whatever else may wait is a text. */
const KINDS: Readonly<Record<string, schedule.JobKind>> = {
  call: 'call',
  'call grid': 'grid_call',
  status: 'status',
}

/**
 * Have a command run at a time. What it would be refused for now and then is refused at once: it is rehearsed, and what
 * would be asked back is asked now. Throws `CommandNotUnderstood` for what cannot wait, what the command refuses, and
 * what `schedule.add` throws.
 */
export async function later(
  unit: Unit,
  { user, source, isConfirmed, textId }: Asker,
  writer: Writer,
  phrase: Phrase<Given, Outcome>,
  timing: schedule.Timing,
  run: (unit: Unit) => Promise<Outcome>,
): Promise<Outcome> {
  const { verb, isSchedulable = false } = phrase.command
  if (!isSchedulable) {
    const able = book.commands.filter((command) => command.isSchedulable).map((command) => command.verb)
    throw CommandNotUnderstood({ message: `"${verb}" cannot wait for a time. These can: ${able.join(', ')}.` })
  }
  const rehearsed = await schedule.rehearse(unit, run)
  if (rehearsed && 'question' in rehearsed && !isConfirmed) return rehearsed
  // Words to a tag of one's own, or to one on which all who follow it may post, are said there.
  const isPosted = rehearsed !== null && 'result' in rehearsed && rehearsed.result?.type === 'status'
  const job = await schedule.add(unit, user, {
    kind: isPosted ? 'status' : (KINDS[verb] ?? 'text'),
    command: book.print(phrase, writer),
    summary: summaryOf(phrase, writer, isPosted ? 'status' : verb),
    recipients: heardBy(rehearsed),
    source: source === 'sms' ? 'sms' : 'command',
    timing,
    timezone: writer.zone,
  })
  const isLeftOut = textId !== undefined && (await mediaOf(unit, textId)).length > 0
  const reply = `Job ${job.number}: ${schedule.lineOf(job, unit.now)}.${isLeftOut ? ` ${MEDIA_STAY}` : ''}`
  return { reply, result: { type: 'job', data: job }, job }
}

/** A command without what people have to say: `text #band`; `verb` is what it does. */
function summaryOf({ command, values }: Phrase<Given, Outcome>, writer: Writer, verb: string): string {
  const parts = Object.entries(command.slots).map(([name, slot]) => {
    return slot.isSaid ? '' : slot.print(values[name], writer)
  })
  return [verb, ...parts].filter((part) => part !== '').join(' ')
}

/** How many would hear of it now; 0 where that is not known. */
function heardBy(outcome: Outcome | null): number {
  if (outcome?.recipients !== undefined) return outcome.recipients
  const result = outcome && 'result' in outcome ? outcome.result : null
  return result?.type === 'call' ? result.data.participants.length - 1 : 0
}
