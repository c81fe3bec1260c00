import { PlanLimitReached } from '#domain/billing'
import { byIds as contactsById, inGroup, nameOf } from '#domain/contacts'
import { CountryNotSupported, NumberNotSupported } from '#domain/destinations'
import * as grid from '#domain/grid'
import * as inbox from '#domain/inbox'
import * as messages from '#domain/messages'
import * as statuses from '#domain/statuses'
import * as tags from '#domain/tags'
import { SmsOptedOut } from '#domain/texts'
import { count, optional, rest, several } from '#kit/command'
import { RateLimited, ValidationFailed } from '#kit/fault'
import { TargetNotFound } from '../faults.ts'
import { contactOf, groupOf } from '../lookup.ts'
import { command, type Given, type Outcome, UNASKED } from '../model.ts'
import { starredTag, type Target, target } from '../slots.ts'

const body = rest('words')
const common = { category: 'Messages', limit: 'sms' } as const
const posting = [tags.KtagNotFound, tags.NotKtagOwner, statuses.PostingNotAllowed, PlanLimitReached, ValidationFailed]
const sending = [
  ...[...posting, messages.MessagesNotTaken, messages.NotAnswerable, SmsOptedOut, RateLimited],
  ...[CountryNotSupported, NumberNotSupported],
]

export const text = command({
  ...common,
  verb: 'text',
  aliases: ['t'],
  summary: 'Write to a tag, to contacts, groups or numbers; on a tag of yours, to all who follow it.',
  examples: ['*bob Running late', '@mom call me', '#family dinner at 6', 't +15551230000 hi'],
  isImplied: true,
  isSchedulable: true,
  faults: sending,
  slots: { to: several(target, 50), body },
  async run(given, { to, body: words }) {
    const wanted = { tags: [] as string[], phones: [] as string[] }
    for (const one of to) {
      const found = await wantedOf(given, one)
      wanted.tags.push(...found.tags)
      wanted.phones.push(...found.phones)
    }
    const [only] = to
    return deliver(given, wanted, words, to.length === 1 && only ? await nameFor(given, only) : null)
  },
})

export const status = command({
  ...common,
  verb: 'status',
  aliases: ['s'],
  summary: 'Say something on your tag; those who follow it are texted.',
  examples: ['status Doors open at 8', 's *jazz New set list'],
  isSchedulable: true,
  faults: posting,
  slots: { ktag: optional(starredTag), body },
  async run(given, { ktag: name, body: words }) {
    const { unit, user, isConfirmed } = given
    const seen = name === null ? null : await tags.getByName(unit, user, name)
    const ktag = seen?.ktag ?? (await tags.primaryOf(unit, user.id))
    if (!ktag) throw tags.KtagNotFound()
    assertPostable(words)
    const recipients = await tags.countTexted(unit, ktag, user.id)
    if (recipients > UNASKED.texts && !isConfirmed) return doubt(recipients)
    const to = { posts: [ktag], people: [], phones: [], optedOut: 0, recipients }
    const {
      statuses: [posted],
    } = await messages.send(unit, user, to, letterOf(given, words))
    if (!posted) throw tags.KtagNotFound()
    return { reply: await postedReply(given, posted), result: { type: 'status', data: posted }, recipients }
  },
})

export const reply = command({
  ...common,
  verb: 'reply',
  aliases: ['r'],
  summary: 'Answer the last message, or the one with a number.',
  examples: ['r on my way', 'reply 812 ok'],
  faults: [...sending, inbox.MessageNotFound],
  slots: { number: optional(count('number')), body },
  async run(given, { number, body: words }) {
    const { unit, user } = given
    const message = number === null ? await inbox.latest(unit, user) : await inbox.byNumber(unit, user, number)
    const author = messages.authorOf(message)
    const sent = await messages.sendTo(unit, user, author, letterOf(given, words), message.id)
    const name = await messages.peerName(unit, user, author)
    return { reply: `Sent to ${name}.${leftOut(sent)}`, result: sendingOf(sent) }
  },
})

export const gridText = command({
  ...common,
  verb: 'grid text',
  summary: 'Text everybody on your grid.',
  examples: ['grid text Pizza?'],
  isSchedulable: true,
  faults: sending,
  slots: { body },
  async run(given, { body: words }) {
    const { unit, user } = given
    const cells = (await grid.read(unit, user)).cells.filter(({ isOverLimit }) => !isOverLimit)
    const ids = cells.map(({ contactId }) => contactId)
    const phones = [...(await contactsById(unit, user.id, ids)).values()].flatMap(({ mobile }) => mobile ?? [])
    if (phones.length === 0) throw TargetNotFound({ message: 'Nobody is on your grid. Try: grid add @joe' })
    return deliver(given, { tags: [], phones }, words, null)
  },
})

/** Send words to whom they are meant for; `name` is what the only one of them is called. */
async function deliver(given: Given, wanted: messages.Wanted, words: string, name: string | null): Promise<Outcome> {
  const { unit, user, isConfirmed } = given
  const to = await messages.address(unit, user, wanted)
  if (to.posts.length > 0) assertPostable(words)
  if (to.recipients > UNASKED.texts && !isConfirmed) return doubt(to.recipients)
  const sent = await messages.send(unit, user, to, letterOf(given, words))
  const [posted] = sent.statuses
  if (posted && to.people.length + to.phones.length === 0 && sent.statuses.length === 1) {
    return {
      reply: await postedReply(given, posted),
      result: { type: 'status', data: posted },
      recipients: to.recipients,
    }
  }
  const optedOut = sent.optedOut > 0 ? ` (${sent.optedOut} opted out)` : ''
  const { recipients } = sent
  return { reply: `Sent to ${name ?? recipients}${optedOut}.${leftOut(sent)}`, result: sendingOf(sent), recipients }
}

/** The tags and numbers that a word stands for. Throws `TargetNotFound`, `AmbiguousTarget`. */
async function wantedOf({ unit, user }: Given, one: Target): Promise<messages.Wanted> {
  if (one.kind === 'tag') return { tags: [one.name], phones: [] }
  if (one.kind === 'phone') return { tags: [], phones: [one.phone] }
  if (one.kind === 'group') {
    const { id, name } = await groupOf(unit, user, one.name)
    const phones = (await inGroup(unit, user.id, id)).flatMap(({ mobile }) => mobile ?? [])
    if (phones.length === 0) throw TargetNotFound({ message: `Nobody in #${name} has a number.` })
    return { tags: [], phones }
  }
  const { name, mobile, ktag } = await contactOf(unit, user, one)
  if (mobile !== null) return { tags: [], phones: [mobile] }
  if (ktag) return { tags: [ktag.name], phones: [] }
  throw TargetNotFound({ message: `${name} has no number.` })
}

/** What the only one written to is called; null for a group, whose members are counted. */
async function nameFor({ unit, user }: Given, one: Target): Promise<string | null> {
  if (one.kind === 'tag') return `*${one.name}`
  if (one.kind === 'phone') return (await nameOf(unit, user.id, one.phone))?.name ?? one.phone
  return one.kind === 'contact' ? (await contactOf(unit, user, one)).name : null
}

/** `Posted to *ann. Texting 42 followers.` */
async function postedReply({ unit }: Given, { id, ktagId }: statuses.Status): Promise<string> {
  const ktag = await tags.byId(unit, ktagId)
  const delivery = (await statuses.deliveries(unit, [id])).get(id)
  const texted = delivery ? delivery.recipients - delivery.skipped : 0
  const whom = texted === 0 ? '' : ` Texting ${texted} follower${texted === 1 ? '' : 's'}.`
  return `Posted to *${ktag?.name}.${whom}`
}

function letterOf({ source, textId }: Given, words: string): messages.Letter {
  return { body: words, via: source === 'sms' ? 'sms' : 'app', textId }
}

function leftOut({ hasLeftOut }: messages.Sent): string {
  return hasLeftOut ? ` ${messages.LEFT_OUT}` : ''
}

function sendingOf({ recipients, optedOut }: messages.Sent) {
  return { type: 'sending', data: { recipients, optedOut } } as const
}

function doubt(recipients: number): Outcome {
  return { recipients, question: `This texts ${recipients} people. Reply OK to send.` }
}

/** Throws `ValidationFailed` for what is too long to be said on a tag. */
function assertPostable(words: string): void {
  const { mostCharacters } = statuses.RULES
  if ([...words].length <= mostCharacters) return
  const message = `On a tag, say it in ${mostCharacters} characters.`
  throw ValidationFailed({ message, fields: { text: message } })
}
