import { byNo, decide, queue, type Report, ReportNotFound } from '#domain/moderation'
import { Fault } from '#kit/fault'
import { type AdminTools, type Command, CommandError } from './command.ts'

export const listReports: Command = {
  words: ['reports', 'list'],
  takes: '',
  summary: 'what has been reported and waits for a decision, the oldest first',
  async run({ database, write }) {
    const reports = await database.read(queue)
    if (reports.length === 0) return write('Nothing waits for a decision.\n')
    for (const report of reports) await write(`${lineOf(report)}\n`)
  },
}

export const showReport: Command = {
  words: ['reports', 'show'],
  takes: '<number>',
  summary: 'one report, with what was said of it',
  async run(tools, args) {
    const report = await asked(args, (no) => tools.database.read((view) => byNo(view, no)))
    const by = report.reporterId ?? report.reporterEmail ?? 'a visitor'
    const facts = [
      ['report', report.no],
      ['state', report.state],
      ['about', `${report.targetType} ${report.targetId}`],
      ['of', report.ownerId ?? 'somebody without an account'],
      ['there', plain(report.excerpt)],
      ['by', by],
      ['reason', report.reason],
      ['details', plain(report.details)],
      ['at', report.createdAt.toISOString()],
    ]
    for (const [name = '', value = ''] of facts) await tools.write(`${name.padEnd(8)} ${value}\n`)
  },
}

export const dismissReport: Command = {
  words: ['reports', 'dismiss'],
  takes: '<number>',
  summary: 'there is nothing to it, for all who reported the same; a hidden tag is found again',
  run: (tools, args) => settle(tools, args, 'dismissed'),
}

export const upholdReport: Command = {
  words: ['reports', 'uphold'],
  takes: '<number>',
  summary: 'they are right, all who reported the same; a hidden tag stays hidden',
  run: (tools, args) => settle(tools, args, 'upheld'),
}

async function settle(tools: AdminTools, args: readonly string[], state: 'dismissed' | 'upheld'): Promise<void> {
  const count = await asked(args, (no) => tools.database.write((unit) => decide(unit, no, state)))
  await tools.write(count === 0 ? 'It has been decided before.\n' : `${count} ${state}.\n`)
}

/** Do something with the report whose number an operator gives. Throws `CommandError`. */
async function asked<Result>([no = '']: readonly string[], work: (no: string) => Promise<Result>): Promise<Result> {
  if (!/^\d{1,15}$/.test(no)) throw new CommandError('Name a report by its number: "reports list" shows them.')
  try {
    return await work(no)
  } catch (error) {
    if (error instanceof Fault && error.type === ReportNotFound) throw new CommandError(`There is no report ${no}.`)
    throw error
  }
}

function lineOf({ no, targetType, reason, excerpt, createdAt }: Report): string {
  const day = createdAt.toISOString().slice(0, 10)
  return `${no.padStart(6)}  ${day}  ${targetType.padEnd(8)} ${reason.padEnd(13)} ${plain(excerpt).slice(0, 60)}`
}

/** What people wrote, in one line, and without what a terminal would obey. */
function plain(words: string | null): string {
  return (words ?? '').replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
}
