import type { User } from '#domain/accounts'
import { remind } from '#domain/calendar'
import * as calls from '#domain/calls'
import * as commands from '#domain/commands'
import { byIds as contactsByIds } from '#domain/contacts'
import * as groups from '#domain/groups'
import * as schedule from '#domain/schedule'
import * as statuses from '#domain/statuses'
import { byId as ktagById } from '#domain/tags'
import { attempt, type Unit, type View } from '#kit/unit'
import type { Task } from './model.ts'

/** Call somebody at a time. Throws what `calls.start` and `schedule.add` throw, but not what may have passed by then. */
export async function callLater(unit: Unit, host: User, wanted: calls.WantedCall, at: Date): Promise<schedule.Job> {
  const called = await schedule.rehearse(unit, (inner) => calls.start(inner, host, wanted))
  const command = `call ${(await namesOf(unit, host, wanted)).join(',')}`
  const recipients = called ? called.participants.length - 1 : wanted.callees.length
  return later(unit, host, at, { kind: 'call', command, summary: command, recipients }, { do: 'call', wanted })
}

/** Call one's whole grid at a time. Throws what `calls.startGrid` and `schedule.add` throw. */
export async function callGridLater(
  unit: Unit,
  host: User,
  wanted: Pick<calls.WantedCall, 'title' | 'privacy'>,
  at: Date,
): Promise<schedule.Job> {
  const called = await schedule.rehearse(unit, (inner) => calls.startGrid(inner, host, wanted))
  const recipients = called ? called.participants.length - 1 : 0
  const job = { kind: 'grid_call', command: 'call grid', summary: 'call grid', recipients } as const
  return later(unit, host, at, job, { do: 'grid_call', wanted })
}

/** Post a status of words alone at a time. Throws what `statuses.post` and `schedule.add` throw. */
export async function postLater(unit: Unit, author: User, wanted: statuses.NewStatus, at: Date): Promise<schedule.Job> {
  const posted = await schedule.rehearse(unit, async (inner) => {
    const status = await statuses.post(inner, author, wanted)
    const texted = (await statuses.deliveries(inner, [status.id])).get(status.id)
    return { ktag: await ktagById(inner, status.ktagId), recipients: texted?.recipients ?? 0 }
  })
  const summary = posted?.ktag ? `status *${posted.ktag.name}` : 'status'
  const job = {
    kind: 'status',
    command: `${summary} ${wanted.body}`,
    summary,
    recipients: posted?.recipients ?? 0,
  } as const
  return later(unit, author, at, job, { do: 'status', wanted })
}

/** Do what a job is about, as its owner. A fault has undone what was written. */
export async function perform(unit: Unit, owner: User, job: schedule.Job): Promise<unknown> {
  const task = job.task as Task | null
  switch (task?.do) {
    case 'call':
      return attempt(unit, (inner) => calls.start(inner, owner, task.wanted))
    case 'grid_call':
      return attempt(unit, (inner) => calls.startGrid(inner, owner, task.wanted))
    case 'status':
      return attempt(unit, (inner) => statuses.post(inner, owner, task.wanted))
    case 'remind':
      return attempt(unit, (inner) => remind(inner, owner, task))
    default:
      return commands.run(unit, { user: owner, source: 'schedule', isConfirmed: true }, job.command)
  }
}

function later(
  unit: Unit,
  owner: User,
  at: Date,
  job: Pick<schedule.NewJob, 'kind' | 'command' | 'summary' | 'recipients'>,
  task: Task,
): Promise<schedule.Job> {
  return schedule.add(unit, owner, { ...job, source: 'api', timing: { at }, task })
}

/** Those who are to be called, as a command names them. */
async function namesOf(view: View, host: User, { callees }: calls.WantedCall): Promise<readonly string[]> {
  const ids = callees.flatMap((callee) => ('contactId' in callee ? callee.contactId : []))
  const known = await contactsByIds(view, host.id, ids)
  const names: string[] = []
  for (const callee of callees) {
    if ('mobile' in callee) names.push(callee.mobile)
    else if ('ktag' in callee) names.push(`*${callee.ktag}`)
    else if ('groupId' in callee) names.push(signed('#', (await groups.get(view, host, callee.groupId)).name))
    else {
      const contact = known.get(callee.contactId)
      names.push(signed('@', contact?.nickname ?? contact?.name ?? callee.contactId))
    }
  }
  return names
}

function signed(sign: string, name: string): string {
  return /^[\p{L}\p{N}_]+$/u.test(name) ? sign + name : `${sign}"${name}"`
}
