import { expect } from 'chai'
import { rows as book } from '#test/command-rows/book'
import type { Row, Stage } from '#test/command-rows/model'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

/** Everything that can be written, with what is answered; each subject keeps its own rows. */
const TABLE: readonly Row[] = [...book]

describe('The table of commands', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  for (const [index, row] of TABLE.entries()) {
    const title = `${row.text} (${index + 1})`

    it(`by POST /commands: ${title}`, () =>
      plays(row, async ({ ann }) => {
        const { status, body } = await ann.post('/commands', { text: row.text })
        expect(status, JSON.stringify(body)).to.equal(200)
        return body.reply
      }))

    it(`by text: ${title}`, () =>
      plays(row, async ({ ann }) => {
        const before = receivedBy(world, ann.mobile).length
        ann.phone.text(ACCOUNT.number, row.text)
        await world.textsArrive()
        await world.textsArrive()
        const answers = receivedBy(world, ann.mobile).slice(before)
        const fitting = answers.find((answer) => fits(row, answer, ann.username))
        return fitting ?? answers.join('\n')
      }))
  }

  /** Set a row's stage, have its command written in one way or another, and look at what has become of it. */
  async function plays(row: Row, write: (stage: Stage) => Promise<string>): Promise<void> {
    const stage: Stage = { world, ann: await world.person('Ann'), others: {}, things: {} }
    await row.setting?.(stage)
    await world.textsArrive()
    const reply = await write(stage)
    expect(fits(row, reply, stage.ann.username), `${row.text}: ${reply}`).to.equal(true)
    await world.settle()
    await row.effect?.(stage)
  }
})

/** Whether an answer is the one of a row; `{ann}` stands for the name of Ann's tag. */
function fits({ reply }: Row, answer: string, username: string): boolean {
  const named = answer.replaceAll(`*${username}`, '*{ann}')
  return typeof reply === 'string' ? named === reply : reply.test(named)
}
