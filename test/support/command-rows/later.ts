import { expect } from 'chai'
import { friend, type Row, type Stage } from './model.ts'

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
    text: 'at 5pm *{ann} Doors open',
    reply: /^Job 1: \w+.* 5:00 PM, /,
    effect: async (stage) => expect((await jobs(stage))[0]).to.include({ status: 'scheduled', number: 1 }),
  },
  {
    text: 'at fri 18:00, @mom soundcheck',
    setting: (stage) => friend(stage, 'Mom'),
    reply: /^Job 1: \w+.* 6:00 PM, text @mom \(1\)\.$/,
    effect: async (stage) => expect((await jobs(stage))[0].kind).to.equal('text'),
  },
  { text: 'jobs', setting: planned, reply: /^1 .* [AP]M, / },
  {
    text: 'unschedule 1',
    setting: planned,
    reply: 'Job 1 unscheduled.',
    effect: async (stage) => expect(await jobs(stage)).to.deep.equal([]),
  },
  { text: 'unschedule last', setting: planned, reply: 'Job 1 unscheduled.' },
  { text: 'events', setting: gig, reply: /^1 .*Gig/ },
  {
    text: "event new fri 8pm Gig at Bell's",
    reply: /^Event 1: .*8:00 PM Gig at Bell's$/,
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
    reply: /22:00/,
    effect: async ({ ann }) =>
      expect((await ann.get('/me')).body.settings.quiet_hours).to.deep.equal({ start: '22:00', end: '08:00' }),
  },
  {
    text: 'quiet off',
    setting: ({ ann }) => ann.patch('/me', { settings: { quiet_hours: { start: '22:00', end: '08:00' } } }),
    reply: /./,
    effect: async ({ ann }) => expect((await ann.get('/me')).body.settings.quiet_hours).to.equal(null),
  },
]
