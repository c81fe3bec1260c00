import { expect } from 'chai'
import { callWith, ringsOf } from '#test/calls-stage'
import { grant } from '#test/kadoink-book'
import { band, called, enters, friend, type Row, type Stage } from './model.ts'

/** Mom is noted, and on a call that Ann has begun. */
async function calling(stage: Stage): Promise<void> {
  await friend(stage, 'Mom')
  await callWith(stage.ann, [{ contact_id: stage.things.Mom.id }])
}

/** Mom is noted, and in the first cell of Ann's grid. */
async function onGrid(stage: Stage): Promise<void> {
  await friend(stage, 'Mom')
  await stage.ann.post('/grid/members', { contact_id: stage.things.Mom.id })
}

/** Bob, whom Ann follows, has opened the call that he is on. */
async function openByBob(stage: Stage): Promise<void> {
  const bob = await enters(stage, 'Bob')
  await stage.ann.post(`/ktags/${bob.user.primary_ktag.id}/follow`)
  await callWith(bob, [{ mobile: stage.world.freshNumber() }], { privacy: 'open' })
  called(stage, 'pin', (await bob.get('/calls/active')).body.dial_in.pin)
}

const active = async ({ ann }: Stage) => (await ann.get('/calls/active')).body
const namesOn = async (stage: Stage) => (await active(stage)).participants.map(({ name }: { name: string }) => name)
const gridOf = async ({ ann }: Stage) => (await ann.get('/grid')).body.members
const nobodyIsOn = async ({ ann }: Stage) => expect((await ann.get('/calls/active')).status).to.equal(404)

/** Calls and the grid. */
export const rows: readonly Row[] = [
  {
    text: 'call @mom',
    setting: (stage) => friend(stage, 'Mom'),
    reply: 'Calling you now, then Mom.',
    effect: async (stage) => expect(await namesOn(stage)).to.deep.equal(['Ann', 'Mom']),
  },
  {
    text: 'call #band',
    setting: (stage) => band(stage, 'band', ['Kim', 'Lee']),
    reply: 'Calling you now, then #band.',
    effect: async (stage) => expect(await namesOn(stage)).to.have.members(['Ann', 'Kim', 'Lee']),
  },
  {
    text: 'call *{bob}',
    setting: async (stage) => {
      const bob = await enters(stage, 'Bob')
      await bob.patch(`/ktags/${bob.user.primary_ktag.id}`, { call_policy: 'anyone' })
    },
    reply: 'Calling you now, then *{bob}.',
    effect: async (stage) => expect(await namesOn(stage)).to.deep.equal(['Ann', 'Bob']),
  },
  {
    text: 'call @a,@b,+15551230000',
    setting: async (stage) => {
      await friend(stage, 'A')
      await friend(stage, 'B')
    },
    reply: 'Calling you now, then A, B, +15551230000.',
    effect: async (stage) => expect(await namesOn(stage)).to.have.length(4),
  },
  {
    text: 'ok',
    setting: async (stage) => {
      await grant(stage.ann, { plan: 'plus' })
      await band(stage, 'band', ['Kim', 'Lee', 'Mom', 'Joe', 'Eve', 'Dan'])
      const { body } = await stage.ann.post('/commands', { text: 'call #band' })
      expect(body).to.deep.include({ status: 'confirm_required', reply: 'This calls 6 people. Reply OK to call.' })
    },
    reply: 'Calling you now, then #band.',
    effect: async (stage) => expect(await namesOn(stage)).to.have.length(7),
  },
  {
    text: 'no',
    setting: async (stage) => {
      await grant(stage.ann, { plan: 'plus' })
      await band(stage, 'band', ['Kim', 'Lee', 'Mom', 'Joe', 'Eve', 'Dan'])
      await stage.ann.post('/commands', { text: 'call #band' })
    },
    reply: 'Left undone.',
    effect: nobodyIsOn,
  },
  ...['call grid', 'grid call'].map((text) => ({
    text,
    setting: onGrid,
    reply: 'Calling you, then 1 on your grid.',
    effect: async (stage: Stage) => {
      expect((await active(stage)).kind).to.equal('grid')
      expect(await namesOn(stage)).to.deep.equal(['Ann', 'Mom'])
    },
  })),
  {
    text: 'call add @joe',
    setting: async (stage) => {
      await calling(stage)
      await friend(stage, 'Joe')
    },
    reply: 'Adding Joe.',
    effect: async (stage) => expect(await namesOn(stage)).to.include('Joe'),
  },
  { text: 'call who', setting: calling, reply: /^Private call \d+ min: you, Mom \(on\)$/ },
  {
    text: 'call who',
    setting: async (stage) => {
      await calling(stage)
      await stage.ann.patch('/calls/active', { privacy: 'open' })
      stage.world.carrier.handset(await friend(stage, 'Joe')).script({ noAnswer: true })
      await stage.ann.post('/calls/active/participants', { contact_id: stage.things.Joe.id })
    },
    reply: /^Open call \d+ min: you, Mom \(on\), Joe \(ringing\)$/,
  },
  {
    text: 'call open',
    setting: calling,
    reply: /^Open: followers can text JOIN ann\d+, or dial \+15005550006 PIN \d{6}$/,
    effect: async (stage) => expect((await active(stage)).privacy).to.equal('open'),
  },
  {
    text: 'call private',
    setting: async (stage) => {
      await calling(stage)
      await stage.ann.patch('/calls/active', { privacy: 'open' })
    },
    reply: 'Private: nobody else can join.',
    effect: async (stage) => expect((await active(stage)).privacy).to.equal('private'),
  },
  { text: 'hangup', setting: calling, reply: /^Call ended after \d+ min\.$/, effect: nobodyIsOn },
  { text: 'call end', setting: calling, reply: /^Call ended after \d+ min\.$/, effect: nobodyIsOn },
  {
    text: 'hangup',
    setting: async (stage) => {
      await callWith(await enters(stage, 'Bob'), [{ mobile: stage.ann.mobile }])
    },
    reply: 'You left the call.',
    effect: async (stage) => {
      await nobodyIsOn(stage)
    },
  },
  ...['join {bob}', 'join {pin}'].map((text) => ({
    text,
    setting: openByBob,
    reply: 'Calling you now.',
    effect: async (stage: Stage) => {
      expect(await namesOn(stage)).to.include('Ann')
      expect(ringsOf(stage.world, stage.ann.mobile)).to.have.length(1)
    },
  })),
  {
    text: 'grid',
    setting: async (stage) => {
      await onGrid(stage)
      await friend(stage, 'Kim')
      await stage.ann.post('/grid/members', { contact_id: stage.things.Kim.id, position: 3 })
    },
    reply: '1 Mom 2 - 3 - 4 Kim',
  },
  {
    text: 'grid add @joe',
    setting: async (stage) => {
      await onGrid(stage)
      await friend(stage, 'Joe')
    },
    reply: 'Joe is 2 on your grid.',
    effect: async (stage) => expect((await gridOf(stage))[1].position).to.equal(1),
  },
  {
    text: 'grid add @joe 3',
    setting: (stage) => friend(stage, 'Joe'),
    reply: 'Joe is 3 on your grid.',
    effect: async (stage) => expect((await gridOf(stage))[0].position).to.equal(2),
  },
  {
    text: 'grid drop @joe',
    setting: async (stage) => {
      await friend(stage, 'Joe')
      await stage.ann.post('/grid/members', { contact_id: stage.things.Joe.id })
    },
    reply: 'Joe is off your grid.',
    effect: async (stage) => expect(await gridOf(stage)).to.deep.equal([]),
  },
  {
    text: 'grid end',
    setting: async (stage) => {
      await onGrid(stage)
      await stage.ann.post('/grid/calls', {})
      await stage.world.pass(8)
    },
    reply: 'Call ended.',
    effect: nobodyIsOn,
  },
]
