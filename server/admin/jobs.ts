import { cancelAny, JOB_STATES, type Job, listAll, retry } from '#domain/schedule'
import { Fault } from '#kit/fault'
import { IdSchema } from '#kit/id'
import { type AdminTools, type Command, CommandError } from './command.ts'

/** So many are shown at once. */
const MOST = 200

export const listJobs: Command = {
  words: ['jobs', 'list'],
  takes: '[state]',
  summary: 'what people have scheduled, the next first: what waits or runs, or what is in a state',
  async run({ database, write }, [wanted]) {
    const state = JOB_STATES.find((known) => known === wanted)
    if (wanted !== undefined && !state) throw new CommandError(`A job is one of ${JOB_STATES.join(', ')}.`)
    const states = state ? [state] : (['running', 'scheduled'] as const)
    const jobs = await database.read((view) => listAll(view, states, MOST))
    if (jobs.length === 0) return write('There are none.\n')
    for (const job of jobs) await write(`${lineOf(job)}\n`)
  },
}

export const retryJob: Command = {
  words: ['jobs', 'retry'],
  takes: '<id>',
  summary: 'have a job that has failed done now, or one that waits without waiting',
  run: (tools, args) => settle(tools, args, retry),
}

export const cancelJob: Command = {
  words: ['jobs', 'cancel'],
  takes: '<id>',
  summary: 'have a job not happen; its owner sees that',
  run: (tools, args) => settle(tools, args, cancelAny),
}

/** Do something with the job that an operator names. Throws `CommandError`. */
async function settle(tools: AdminTools, [id = '']: readonly string[], work: typeof retry): Promise<void> {
  if (!IdSchema.safeParse(id).success) throw new CommandError('Name a job by its id: "jobs list" shows them.')
  try {
    await tools.write(`${lineOf(await tools.database.write((unit) => work(unit, id)))}\n`)
  } catch (error) {
    throw error instanceof Fault ? new CommandError(error.message) : error
  }
}

/** Whose it is and what it is about; not what they have to say. */
function lineOf({ id, ownerId, kind, runAt, state, error }: Job): string {
  const at = runAt.toISOString().slice(0, 19)
  return `${id}  ${at}Z  ${state.padEnd(9)}  ${kind.padEnd(9)}  ${ownerId}  ${error ?? ''}`.trimEnd()
}
