import { optional, rest } from '#kit/command'
import { excerpt } from '#kit/excerpt'
import { CommandNotUnderstood, NothingAsked } from '../faults.ts'
import { guideOf } from '../guide.ts'
import { command } from '../model.ts'

const common = { category: 'Help' } as const

export const help = command({
  ...common,
  verb: 'help',
  aliases: ['guide', '?'],
  summary: 'What you can write, or how one command is written.',
  examples: ['?', 'help call'],
  slots: { verb: optional(rest('command')) },
  async run({ book }, { verb: asked }) {
    const guide = guideOf(book)
    const verb = asked?.toLowerCase().replace(/\s+/g, ' ') ?? null
    if (verb === null) {
      const firsts = new Set(guide.map((one) => one.verb.split(' ')[0] ?? ''))
      return {
        reply: `${[...firsts].join(' ')}. Send ? and one of them.`,
        result: { type: 'guide', data: guide },
      }
    }
    const named = book.find(verb)?.verb ?? verb
    const exact = guide.find((one) => one.verb === named || one.aliases.includes(named))
    const others = guide.filter((one) => one !== exact && one.verb.startsWith(`${verb} `))
    const found = exact ? [exact, ...others] : others
    const [first, ...more] = found
    if (!first)
      throw CommandNotUnderstood({ message: `There is no command "${excerpt(verb, 40)}". Send ? for the list.` })
    const also = more.length === 0 ? '' : `. Also: ${more.map((one) => one.verb).join(', ')}`
    return {
      reply: `${first.syntax}. Like: ${first.examples[0]}${also}`,
      result: { type: 'guide', data: found },
    }
  },
})

export const ok = command({
  ...common,
  verb: 'ok',
  summary: 'Yes, do what you asked me about.',
  examples: ['ok'],
  faults: [NothingAsked],
  slots: {},
  run: ({ answer }) => answer(true),
})

export const no = command({
  ...common,
  verb: 'no',
  summary: 'No, leave it.',
  examples: ['no'],
  faults: [NothingAsked],
  slots: {},
  run: ({ answer }) => answer(false),
})
