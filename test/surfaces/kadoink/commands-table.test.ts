import { expect } from 'chai'
import { book } from '#domain/commands'
import { readTimed } from '#server/domain/commands/timing'
import { rows as addressBook } from '#test/command-rows/book'
import { rows as calls } from '#test/command-rows/calls'
import { EXAMPLES } from '#test/command-rows/examples'
import { rows as later } from '#test/command-rows/later'
import { rows as messages } from '#test/command-rows/messages'
import type { Row, Stage } from '#test/command-rows/model'
import { rows as social } from '#test/command-rows/social'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

/** Everything that can be written, with what is answered; each subject keeps its own rows. */
const TABLE: readonly Row[] = [...messages, ...addressBook, ...social, ...calls, ...later]

describe('The table of commands', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  it('has a row for everything that can be written', () => {
    const writer = { now: new Date(), zone: 'UTC', country: 'US' }
    const verbs = TABLE.map(({ text }) => {
      const parsed = book.parse(readTimed(text.replaceAll(/\{(\w+)\}/g, '$1'), writer).command, writer)
      return parsed.kind === 'phrase' ? parsed.phrase.command.verb : null
    })
    expect(book.commands.map(({ verb }) => verb).filter((verb) => !verbs.includes(verb))).to.deep.equal([])
  })

  it('has a row for every example of the language, as it is written there', () => {
    const rows = new Set(TABLE.map(({ text }) => text.replaceAll(/[{}]/g, '')))
    expect(EXAMPLES.filter((example) => !rows.has(example))).to.deep.equal([])
  })

  for (const [index, row] of TABLE.entries()) {
    const title = `${row.text} (${index + 1})`

    it(`by POST /commands: ${title}`, () =>
      plays(row, async (stage) => {
        const { ann } = stage
        const { status, body } = await ann.post('/commands', { text: written(row, stage) })
        expect(status, JSON.stringify(body)).to.equal(200)
        return body.reply
      }))

    it(`by text: ${title}`, () =>
      plays(row, async (stage) => {
        const { ann } = stage
        const before = receivedBy(world, ann.mobile).length
        ann.phone.text(ACCOUNT.number, written(row, stage))
        await world.textsArrive()
        await world.textsArrive()
        const answers = receivedBy(world, ann.mobile).slice(before)
        const fitting = answers.find((answer) => fits(row, answer, stage))
        return fitting ?? answers.join('\n')
      }))
  }

  /** Set a row's stage, have its command written in one way or another, and look at what has become of it. */
  async function plays(row: Row, write: (stage: Stage) => Promise<string>): Promise<void> {
    const stage: Stage = { world, ann: await world.person('Ann'), others: {}, things: {} }
    await row.setting?.(stage)
    await world.textsArrive()
    const reply = await write(stage)
    expect(fits(row, reply, stage), `${row.text}: ${reply}`).to.equal(true)
    await world.textsArrive()
    await row.effect?.(stage)
  }
})

/** What stands in a row for names that each world gives its own. */
function namesOf({ ann, others, things }: Stage): readonly (readonly [placeholder: string, name: string])[] {
  const called = Object.entries(things).flatMap(([key, thing]) => (thing.name ? [[`{${key}}`, thing.name]] : []))
  const people = Object.entries(others).map(([key, { username }]) => [`{${key.toLowerCase()}}`, username])
  return [['{ann}', ann.username], ...people, ...called] as [string, string][]
}

/** A row's command with the names of this stage. */
function written({ text }: Row, stage: Stage): string {
  return namesOf(stage).reduce((words, [placeholder, name]) => words.replaceAll(placeholder, name), text)
}

/** Whether an answer is the one of a row. */
function fits({ reply }: Row, answer: string, stage: Stage): boolean {
  const tags = namesOf(stage).map(([placeholder, name]) => [`*${placeholder}`, `*${name}`] as const)
  const named = tags.reduce((words, [placeholder, name]) => words.replaceAll(name, placeholder), answer)
  return typeof reply === 'string' ? named === reply : reply.test(named)
}
