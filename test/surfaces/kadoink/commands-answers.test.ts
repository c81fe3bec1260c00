import { expect } from 'chai'
import { newId } from '#kit/id'
import { says } from '#test/commands-stage'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Answers written below a message', () => {
  let world: World
  let ana: Person
  let bo: Person
  let cy: Person
  /** Of Bo to Ana; Cy has written to her since. */
  let question: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    cy = await world.person('Cy')
    await says(bo, `*${ana.username} Where are you?`)
    await says(cy, `*${ana.username} Hi`)
    question = (await ana.get('/inbox')).body.items.at(-1)
  })

  const answers = (text: string) => says(ana, text, { reply_to_message_id: question.id })
  const heardBy = async (person: Person): Promise<readonly string[]> => {
    return (await person.get('/inbox')).body.items.map(({ body }: Json) => body)
  }

  it('reach whoever wrote that one, and not whoever wrote last', async () => {
    const ran = await answers('r on my way')
    expect(ran).to.include({ verb: 'reply', canonical: 'reply 1 on my way', reply: `Sent to *${bo.username}.` })
    expect([await heardBy(bo), await heardBy(cy)]).to.deep.equal([['on my way'], []])
  })

  it('need no verb; what only begins like a command or a time is one', async () => {
    for (const text of ['On my way', 'call me when you can', 'in a minute', 'at 5pm works for me']) {
      expect((await answers(text)).verb, text).to.equal('reply')
    }
    expect(await heardBy(bo)).to.deep.equal(['at 5pm works for me', 'in a minute', 'call me when you can', 'On my way'])
  })

  it('leave commands what they are', async () => {
    expect(await answers('reply 2 hello')).to.include({ reply: `Sent to *${cy.username}.` })
    expect(await answers('name Ana Lee')).to.include({ reply: 'You are Ana Lee now.' })
    expect(await heardBy(bo)).to.deep.equal([])
  })

  it('are to messages of one’s own inbox', async () => {
    const ofBo = (await says(ana, `*${bo.username} Here`)) && (await bo.get('/inbox')).body.items[0].id
    for (const reply_to_message_id of [newId(), ofBo]) {
      const answer = await ana.post('/commands', { text: 'on my way', reply_to_message_id })
      expect(refusal(answer)).to.equal('404 not_found')
    }
    const wrong = await ana.post('/commands', { text: 'on my way', reply_to_message_id: 'one' })
    expect(refusal(wrong)).to.equal('422 validation_failed')
  })
})
