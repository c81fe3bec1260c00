import { PlanLimitReached } from '#domain/billing'
import * as calls from '#domain/calls'
import { ContactNotFound, nameOf } from '#domain/contacts'
import { unreachable } from '#domain/destinations'
import { GroupNotFound } from '#domain/groups'
import { maskPhone } from '#domain/phones'
import { KtagNotFound } from '#domain/tags'
import { LinesBusy } from '#domain/turns'
import { type Slot, several } from '#kit/command'
import { contactOf, groupOf, tagOf } from '../lookup.ts'
import { command, type Done, type Doubt, type Given, UNASKED } from '../model.ts'
import { contact, starredTag, type Target, tag, target } from '../slots.ts'
import { listed } from '../wording.ts'

const common = { category: 'Calls' } as const
/** So many may be named in one text; how many may be called is for the plan to say. */
const callees = several(target, 50)
const begins = [calls.CallInProgress, PlanLimitReached, calls.CallTooLarge, LinesBusy, ...unreachable] as const

/** Somebody who is added to a call: a tag, or one person. */
const person: Slot<Target> = {
  shape: '*tag|@contact|number',
  read: (reader, writer) => {
    if (reader.peek()[0] !== '*') return contact.read(reader, writer)
    const name = starredTag.read(reader, writer)
    return name === undefined ? undefined : { kind: 'tag', name }
  },
  print: (one, writer) => target.print(one, writer),
}

/** An open call: by a tag of its host's, or by its PIN. */
const door: Slot<{ readonly pin: string } | { readonly name: string }> = {
  shape: '*tag|PIN',
  read: (reader, writer) => {
    const pin = reader.take(/(\d{4,8})(?!\w)/y)?.[1]
    if (pin !== undefined) return { pin }
    const name = tag.read(reader, writer)
    return name === undefined ? undefined : { name }
  },
  print: (one) => ('pin' in one ? one.pin : `*${one.name}`),
}

export const call = command({
  ...common,
  verb: 'call',
  limit: 'call',
  aliases: ['c'],
  summary: 'Ring your phone, then theirs: people, groups, tags, numbers.',
  examples: ['call @mom', 'call #band', 'call *bob', 'call @a,@b,+15551230000'],
  isSchedulable: true,
  slots: { who: callees },
  faults: [
    ...begins,
    calls.CallNotAllowed,
    calls.NothingToDial,
    calls.AlreadyInCall,
    ContactNotFound,
    GroupNotFound,
    KtagNotFound,
  ],
  async run(given, { who }) {
    const { unit, user } = given
    const named: Named[] = []
    for (const one of who) named.push(await find(given, one))
    const wanted = named.map(({ callee }) => callee)
    const doubt = doubtAbout(given, await calls.countCallees(unit, user, wanted))
    if (doubt) return doubt
    const begun = await calls.start(unit, user, { callees: wanted, title: null, privacy: 'private' })
    const names = named.map(({ name }) => name)
    return { reply: `Calling you now, then ${listed(names, false)}.`, result: { type: 'call', data: begun } }
  },
})

export const callGrid = command({
  ...common,
  verb: 'call grid',
  limit: 'call',
  aliases: ['grid call'],
  summary: 'Ring your phone, then everybody on your grid.',
  examples: ['call grid', 'grid call'],
  isSchedulable: true,
  slots: {},
  faults: [...begins, calls.GridEmpty],
  async run(given) {
    const { unit, user } = given
    const many = await calls.countGrid(unit, user)
    const doubt = doubtAbout(given, many)
    if (doubt) return doubt
    const begun = await calls.startGrid(unit, user, { title: null, privacy: 'private' })
    return { reply: `Calling you, then ${many} on your grid.`, result: { type: 'call', data: begun } }
  },
})

export const addToCall = command({
  ...common,
  verb: 'call add',
  limit: 'leg',
  summary: 'Add somebody to the call that you host.',
  examples: ['call add @joe', 'call add 555-123-4567'],
  slots: { who: person },
  faults: [
    calls.CallNotFound,
    calls.NotCallHost,
    calls.AlreadyInCall,
    calls.CallNotAllowed,
    calls.NothingToDial,
    calls.CallTooLarge,
    ContactNotFound,
    KtagNotFound,
    PlanLimitReached,
    LinesBusy,
    ...unreachable,
  ],
  async run(given, { who }) {
    const { unit, user } = given
    const { callee, name } = await find(given, who)
    if ('groupId' in callee) throw new Error('A group was read where none can stand.')
    const added = await calls.add(unit, user, callee)
    return { reply: `Adding ${name}.`, result: { type: 'call', data: await calls.byId(unit, added.callId) } }
  },
})

export const whoIsOn = command({
  ...common,
  verb: 'call who',
  summary: 'Who is on your call.',
  examples: ['call who'],
  slots: {},
  faults: [calls.CallNotFound],
  async run({ unit, user }) {
    const found = await calls.active(unit, user)
    const { privacy, startedAt } = found.call
    const others = found.participants.filter(({ userId }) => userId !== user.id)
    const names = ['you', ...others.map((one) => `${one.name ?? maskPhone(one.phone)} (${WORDS[one.status]})`)]
    const since = startedAt === null ? '' : ` ${minutesSince(startedAt, unit.now)} min`
    const reply = `${privacy === 'open' ? 'Open' : 'Private'} call${since}: ${listed(names, false)}`
    return { reply, result: { type: 'call', data: found } }
  },
})

export const openCall = command({
  ...common,
  verb: 'call open',
  summary: 'Let those who follow you join your call.',
  examples: ['call open'],
  slots: {},
  faults: [calls.CallNotFound, calls.NotCallHost],
  async run({ unit, user }) {
    const opened = await calls.setPrivacy(unit, user, 'open')
    const [number] = unit.site.numbers
    const word = opened.hostKtag ? `text JOIN ${opened.hostKtag.name}, or ` : ''
    const reply = `Open: followers can ${word}dial ${number} PIN ${opened.call.pin}`
    return { reply, result: { type: 'call', data: opened } }
  },
})

export const closeCall = command({
  ...common,
  verb: 'call private',
  summary: 'Let nobody else join your call; those on it stay.',
  examples: ['call private'],
  slots: {},
  faults: [calls.CallNotFound, calls.NotCallHost],
  async run({ unit, user }) {
    const closed = await calls.setPrivacy(unit, user, 'private')
    return { reply: 'Private: nobody else can join.', result: { type: 'call', data: closed } }
  },
})

export const hangUp = command({
  ...common,
  verb: 'hangup',
  aliases: ['call end', 'c end'],
  summary: 'End your call; on a call of others, leave it.',
  examples: ['hangup', 'call end'],
  slots: {},
  faults: [calls.CallNotFound],
  async run({ unit, user }) {
    const { call: before } = await calls.active(unit, user)
    await calls.end(unit, user)
    const after = before.startedAt === null ? '' : ` after ${minutesSince(before.startedAt, unit.now)} min`
    const isHost = before.hostId === user.id
    const data = await calls.byId(unit, before.id)
    return { reply: isHost ? `Call ended${after}.` : 'You left the call.', result: { type: 'call', data } }
  },
})

export const join = command({
  ...common,
  verb: 'join',
  summary: 'Have your phone rung into an open call, of a tag that you follow or by its PIN.',
  examples: ['join ann', 'join 482107'],
  slots: { door },
  faults: [
    KtagNotFound,
    calls.NoOpenCall,
    calls.CallNotAllowed,
    calls.AlreadyInCall,
    calls.CallRefused,
    calls.CallInProgress,
    calls.CallTooLarge,
    PlanLimitReached,
    LinesBusy,
    ...unreachable,
  ],
  async run({ unit, user }, given): Promise<Done> {
    const joining =
      'pin' in given.door
        ? await calls.ringInByPin(unit, user, given.door.pin)
        : await calls.ringInByTag(unit, user, await tagOf(unit, user, given.door.name))
    return { reply: 'Calling you now.', result: { type: 'call', data: await calls.byId(unit, joining.callId) } }
  },
})

/** How somebody on a call stands, in a word. */
const WORDS: Readonly<Record<calls.ParticipantStatus, string>> = {
  queued: 'waiting',
  dialing: 'ringing',
  ringing: 'ringing',
  screening: 'answered',
  joined: 'on',
  declined: 'declined',
  busy: 'busy',
  no_answer: 'no answer',
  failed: 'not reached',
  left: 'left',
}

interface Named {
  readonly callee: calls.Callee | calls.CalledGroup
  /** What they are called in a reply. */
  readonly name: string
}

/** Whom a word stands for. Throws `AmbiguousTarget`, `TargetNotFound`, `KtagNotFound`. */
async function find({ unit, user }: Given, one: Target): Promise<Named> {
  switch (one.kind) {
    case 'tag':
      await tagOf(unit, user, one.name)
      return { callee: { ktag: one.name }, name: `*${one.name}` }
    case 'group': {
      const { id, name } = await groupOf(unit, user, one.name)
      return { callee: { groupId: id }, name: `#${name}` }
    }
    case 'contact': {
      const { id, name } = await contactOf(unit, user, one)
      return { callee: { contactId: id }, name }
    }
    case 'phone': {
      const known = await nameOf(unit, user.id, one.phone)
      return { callee: { mobile: one.phone }, name: known?.name ?? one.phone }
    }
  }
}

/** Calls to so many are asked about first. */
function doubtAbout({ isConfirmed }: Given, recipients: number): Doubt | null {
  if (isConfirmed || recipients <= UNASKED.calls) return null
  return { recipients, question: `This calls ${recipients} people. Reply OK to call.` }
}

function minutesSince(then: Date, now: Date): number {
  return Math.round((now.getTime() - then.getTime()) / 60_000)
}
