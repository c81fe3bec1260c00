import { IdSchema } from '#kit/id'
import { isHeldBack, span } from '#kit/outbox'
import { dropParked, listParked, type ParkedEvent, wantParked } from '#kit/parked'
import type { Unit } from '#kit/unit'
import { type AdminTools, type Command, CommandError } from './command.ts'

/** So many are shown at once. */
const MOST = 200

export const showOutbox: Command = {
  words: ['outbox'],
  takes: '',
  summary: 'from when to when events are kept, and those that were put aside after too many failures',
  async run({ database, write }) {
    const { oldestAt, newestAt } = await span(database.sql)
    const parked = await database.read((view) => listParked(view, MOST))
    await write(`oldest   ${timeOf(oldestAt)}\nnewest   ${timeOf(newestAt)}\n`)
    await write(`waiting  ${(await isHeldBack(database.sql)) ? 'for an older transaction to end' : 'for nothing'}\n`)
    await write(`aside    ${parked.length === MOST ? `${MOST} or more` : parked.length}\n`)
    for (const event of parked) await write(`${lineOf(event)}\n`)
  },
}

export const retryEvent: Command = {
  words: ['outbox', 'retry'],
  takes: '<event>',
  summary: 'have an event that was put aside tried once more, within seconds',
  run: (tools, args) => settle(tools, args, wantParked, 'is tried again by'),
}

export const dropEvent: Command = {
  words: ['outbox', 'drop'],
  takes: '<event>',
  summary: 'give an event up that was put aside: what it would have done is not done',
  run: (tools, args) => settle(tools, args, dropParked, 'is given up by'),
}

/** Do something with the event that an operator names. Throws `CommandError`. */
async function settle(
  { database, write }: AdminTools,
  [id = '']: readonly string[],
  work: (unit: Unit, eventId: string) => Promise<readonly string[]>,
  what: string,
): Promise<void> {
  if (!IdSchema.safeParse(id).success) throw new CommandError('Name an event by its id: "outbox" shows them.')
  const effects = await database.write((unit) => work(unit, id))
  if (effects.length === 0) throw new CommandError('No such event lies aside.')
  await write(`${id} ${what} ${effects.join(', ')}.\n`)
}

/** What it is and why it lies there; not what it holds. */
function lineOf({ eventId, consumer, name, error, parkedAt, isWanted }: ParkedEvent): string {
  const [why = ''] = error.split('\n')
  return `${eventId}  ${timeOf(parkedAt)}  ${consumer}  ${name}  ${isWanted ? 'to be tried again' : why.slice(0, 200)}`
}

function timeOf(moment: Date | null): string {
  return moment === null ? 'none' : `${moment.toISOString().slice(0, 19)}Z`
}
