import * as schedule from '#domain/schedule'
import type { Slot } from '#kit/command'
import { command } from '../model.ts'
import { listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Scheduled' } as const

/** A job by its number, or the one that was scheduled last. */
const job: Slot<number | 'last'> = {
  shape: 'number|last',
  read: (reader) => {
    const match = reader.take(/(\d{1,9}|last)(?![\w.,:-]*\w)/iy)
    return match && (/^\d/.test(match[0]) ? Number(match[0]) : 'last')
  },
  print: String,
}

export const listJobs = command({
  ...common,
  verb: 'jobs',
  aliases: ['scheduled'],
  summary: 'What is to happen later. Begin a call, a text or a status with a time to have it wait: at, in, every.',
  examples: ['jobs'],
  slots: {},
  async run({ unit, user }) {
    const request = { limit: MOST_LISTED, offset: 0, beforeId: null }
    const { items, hasMore } = await schedule.list(unit, user, { state: 'scheduled' }, request)
    const shown = items.map((one) => `${one.number} ${schedule.lineOf(one, unit.now)}`)
    return {
      reply: items.length === 0 ? 'Nothing is scheduled.' : listed(shown, hasMore, '; '),
      result: { type: 'jobs', data: items },
    }
  },
})

export const unschedule = command({
  ...common,
  verb: 'unschedule',
  summary: 'Have a job not happen.',
  examples: ['unschedule 7', 'unschedule last'],
  faults: [schedule.JobNotFound, schedule.JobRunning, schedule.JobFinished],
  slots: { which: job },
  async run({ unit, user }, { which }) {
    const found = which === 'last' ? await schedule.newest(unit, user) : await schedule.byNumber(unit, user, which)
    const cancelled = await schedule.cancel(unit, user, found.id)
    return { reply: `Job ${cancelled.number} unscheduled.`, result: { type: 'job', data: cancelled } }
  },
})
