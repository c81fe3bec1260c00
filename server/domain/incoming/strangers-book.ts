import { starredTag, tag } from '#domain/commands'
import { writeAsPhone } from '#domain/messages'
import * as tags from '#domain/tags'
import type { InboundText } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { CommandBook, defineCommand, rest } from '#kit/command'
import type { Unit } from '#kit/unit'
import { RULES } from './model.ts'
import * as store from './store.ts'
import { sentBack } from './wording.ts'

/** What somebody without an account has texted, and the unit in which it is answered. */
interface Given {
  readonly unit: Unit
  readonly text: InboundText
}

/** What may be done without an account; gives the answer, null when it takes an account after all. */
const command = defineCommand<Given, string | null>()

const common = { category: 'Tags' } as const

const follow = command({
  ...common,
  verb: 'follow',
  aliases: ['f', 'unmute'],
  summary: 'Get the texts of a tag.',
  examples: ['follow *jazz'],
  slots: { name: tag },
  async run({ unit, text: { phone } }, { name }) {
    const { ktag } = await tags.getPublic(unit, null, name)
    if (await tags.followedByPhone(unit, phone, name)) return `You get the texts of *${name}. STOP to end.`
    await store.ask(unit, phone, ktag.id, secondsAfter(unit.now, RULES.questionSeconds))
    return `Reply OK to get texts from *${name}. Msg&data rates may apply. STOP to end.`
  },
})

const unfollow = command({
  ...common,
  verb: 'unfollow',
  aliases: ['uf', 'mute'],
  summary: 'Get no more texts of a tag.',
  examples: ['unfollow *jazz'],
  slots: { name: tag },
  async run({ unit, text: { phone } }, { name }) {
    const followed = await tags.followedByPhone(unit, phone, name)
    if (!followed || !(await tags.unfollowByPhone(unit, followed.id, phone))) return `You do not follow *${name}.`
    return `No more texts from *${name}.`
  },
})

const ok = command({
  ...common,
  verb: 'ok',
  summary: 'Yes, I mean it.',
  examples: ['ok'],
  slots: {},
  async run({ unit, text: { phone } }) {
    const ktagId = await store.takeQuestion(unit, phone)
    if (ktagId === null) return null
    await tags.followByPhone(unit, ktagId, phone, 'sms')
    // Whoever begins to follow is told so, and how it ends.
    return ''
  },
})

const help = command({
  ...common,
  verb: '?',
  aliases: ['guide'],
  summary: 'What can be texted.',
  examples: ['?'],
  slots: {},
  run: async ({ unit }) =>
    `FOLLOW *tag, UNFOLLOW *tag, *tag and your words. With a free account you can do more: ${unit.site.publicUrl}/join`,
})

const write = command({
  ...common,
  verb: 'text',
  aliases: ['t'],
  summary: 'Write to whoever a tag belongs to.',
  examples: ['*jazz Is there a show tonight?'],
  isImplied: true,
  slots: { name: starredTag, body: rest('words') },
  async run({ unit, text: { id, phone } }, { name, body }) {
    const { ktag } = await tags.getPublic(unit, null, name)
    const sent = await writeAsPhone(unit, phone, ktag, { body, via: 'sms', textId: id })
    return sentBack({ ...sent, name: `*${name}` })
  },
})

/** Everything that can be texted without an account. */
export const strangersBook = new CommandBook<Given, string | null>([follow, unfollow, write, ok, help])
