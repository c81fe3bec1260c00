import { expect } from 'chai'
import { html } from '#kit/html'
import type { Person } from '#test/people'
import { browse, fillIn, newWidget } from '#test/widgets'
import { World } from '#test/world'

describe('A captcha in the forms of widgets', () => {
  let world: World
  let ana: Person
  const asked: string[] = []

  before(async () => {
    world = await World.start(
      {},
      {
        botCheck: {
          field: html`<div class="captcha" data-site="ours"></div>`,
          origins: ['https://captcha.example'],
          async passes(form, ip) {
            asked.push(`${form['captcha-answer']} ${ip}`)
            if (form['captcha-answer'] === 'nobody knows') throw new Error('The captcha is away.')
            return form['captcha-answer'] === 'human'
          },
        },
      },
    )
    ana = await world.person('Ana')
  })
  after(() => world.end())

  it('stands in the form, is let in by the policy, and decides before anything is kept', async () => {
    const widget = await newWidget(ana, 'message')
    const visitor = world.visitor()
    const { text, headers } = await browse(visitor, `/w/${widget.public_key}`)
    expect(text).to.include('<div class="captcha" data-site="ours"></div>')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).to.match(
      /script-src 'sha256-[^']+' https:\/\/captcha\.example; frame-src https:\/\/captcha\.example;/,
    )

    const written = { name: 'Bo', mobile: world.freshNumber(), body: 'Hello' }
    const answers = ['machine', 'nobody knows', 'human']
    const statuses = []
    for (const answer of answers) {
      statuses.push((await fillIn(visitor, widget, { ...written, 'captcha-answer': answer })).status)
    }
    expect(statuses).to.deep.equal([422, 500, 200])
    expect(asked).to.deep.equal(answers.map((answer) => `${answer} ${visitor.ip}`))
    expect((await ana.get('/inbox')).body.items).to.have.length(1)
  })
})
