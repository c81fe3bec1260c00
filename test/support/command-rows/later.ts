import { expect } from 'chai'
import { grant } from '#test/kadoink-book'
import { band, friend, ownTag, type Row, type Stage } from './model.ts'

const jobs = async ({ ann }: Stage) => (await ann.get('/scheduled-jobs')).body.items
const events = async ({ ann }: Stage) => (await ann.get('/calendar/events')).body.items
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

/** A status that is to be posted tomorrow: Ann's job 1. */
const planned = ({ ann }: Stage) => ann.post('/statuses', { body: 'Open!', scheduled_at: tomorrow() })
/** A gig tomorrow: Ann's event 1. */
const gig = ({ ann }: Stage) => ann.post('/calendar/events', { title: 'Gig', starts_at: tomorrow() })

/** What is to happen later, the calendar, the plan and quiet hours. */
export const rows: readonly Row[] = [
  {
    text: 'in 2h call @mom',
    setting: (stage) => friend(stage, 'Mom'),
    reply: /^Job 1: \w+.* [AP]M, call @mom \(1\)\.$/,
    effect: async (stage) => expect((await jobs(stage))[0]).to.include({ kind: 'call', command: 'call @mom' }),
  },
  {
    text: 'in 2h call grid',
    setting: async (stage) => {
      await friend(stage, 'Mom')
      await stage.ann.post('/grid/members', { contact_id: stage.things.Mom.id })
    },
    reply: /^Job 1: \w+.* [AP]M, call grid \(1\)\.$/,
    effect: async (stage) => expect((await jobs(stage))[0]).to.include({ kind: 'grid_call', command: 'call grid' }),
  },
  {
    text: 'at 5pm *{jazz} Doors open',
    setting: (stage) => ownTag(stage, 'jazz'),
    reply: /^Job 1: \w+.* 5:00 PM, status \*\{jazz\}\.$/,
    effect: async (stage) => {
      const [job] = await jobs(stage)
      expect(job).to.include({ kind: 'status', status: 'scheduled', number: 1 })
      expect(job.summary).to.equal(`status *${stage.things.jazz.name}`)
    },
  },
  {
    text: 'at fri 18:00, #band soundcheck',
    setting: (stage) => band(stage, 'band', ['Kim', 'Lee', 'Joe']),
    reply: /^Job 1: Fri 6:00 PM, text #band \(3\)\.$/,
    effect: async (stage) => {
      expect((await jobs(stage))[0]).to.include({
        kind: 'text',
        command: 'text #band soundcheck',
        summary: 'text #band',
      })
    },
  },
  {
    text: 'every weekday at 9am s Open!',
    setting: ({ ann }) => grant(ann, { plan: 'plus' }),
    reply: /^Job 1: every weekday 9:00 AM, status\.$/,
    effect: async (stage) => expect((await jobs(stage))[0]).to.include({ kind: 'status', command: 'status Open!' }),
  },
  { text: 'jobs', setting: planned, reply: /^1 .* [AP]M, / },
  {
    text: 'unschedule 1',
    setting: planned,
    reply: 'Job 1 unscheduled.',
    effect: async (stage) => expect(await jobs(stage)).to.deep.equal([]),
  },
  {
    text: 'unschedule last',
    setting: planned,
    reply: 'Job 1 unscheduled.',
    effect: async (stage) => expect(await jobs(stage)).to.deep.equal([]),
  },
  { text: 'events', setting: gig, reply: /^1 .*Gig/ },
  {
    text: "event new fri 8pm Gig at Bell's",
    reply: /^Event 1: Fri 8:00 PM Gig at Bell's$/,
    effect: async (stage) => expect((await events(stage))[0].title).to.equal("Gig at Bell's"),
  },
  {
    text: 'event drop 1',
    setting: gig,
    reply: 'Event 1 is deleted.',
    effect: async (stage) => expect(await events(stage)).to.deep.equal([]),
  },
  { text: 'plan', reply: /^Free plan: \d+ of 100 texts left\.$/ },
  {
    text: 'quiet 22:00-8:00',
    reply: 'Quiet from 22:00 to 08:00 (UTC).',
    effect: async ({ ann }) =>
      expect((await ann.get('/me')).body.settings.quiet_hours).to.deep.equal({ start: '22:00', end: '08:00' }),
  },
  {
    text: 'quiet off',
    setting: ({ ann }) => ann.patch('/me', { settings: { quiet_hours: { start: '22:00', end: '08:00' } } }),
    reply: 'Quiet hours are off.',
    effect: async ({ ann }) => expect((await ann.get('/me')).body.settings.quiet_hours).to.equal(null),
  },
]
