import { expect } from 'chai'
import { refused, replyTo, says } from '#test/commands-stage'
import { invitationsOn, invitesOf } from '#test/invites'
import { outcomes } from '#test/kadoink-refusals'
import type { Person } from '#test/people'
import { newTag } from '#test/tags'
import { World } from '#test/world'

describe('Commands about invites', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('invite a number, a mailbox and a contact', async () => {
    const number = world.freshNumber()
    const { reply, canonical, result } = await says(ana, `invite (${number.slice(2, 5)}) ${number.slice(5)} Join us`)
    expect(reply).to.equal(`Invite sent to ${number}.`)
    expect(canonical).to.equal(`invite ${number} Join us`)
    expect(result).to.deep.equal({ type: 'invite', data: (await invitesOf(ana))[0] })
    expect((await invitationsOn(ana, number))[0]).to.contain('Ana invites you to Kadoink: "Join us" ')

    expect(await replyTo(ana, 'invite Kim@Mail.example')).to.equal('Invite sent to kim@mail.example.')
    const kim = world.freshNumber()
    await ana.knows('Kim', kim)
    await newTag(ana, { name: 'gig' })
    expect(await replyTo(ana, 'invite @kim to *gig to hear us')).to.equal('Invite sent to Kim.')
    expect((await invitesOf(ana))[0]).to.deep.include({ to: kim, name: 'Kim', message: 'to hear us', number: 3 })
    expect((await invitationsOn(ana, kim))[0]).to.contain('to follow *gig on Kadoink')
    expect(await replyTo(ana, 'invites')).to.equal(
      `3 Kim to *gig (sent), 2 kim@mail.example (${(await invitesOf(ana))[1].status}), 1 ${number} (sent)`,
    )
  })

  it('take one back by the number that it has with its sender', async () => {
    const bo = await world.person('Bo')
    const number = world.freshNumber()
    await says(ana, `invite ${number}`)
    await says(bo, `invite ${world.freshNumber()}`)
    await says(bo, `invite ${world.freshNumber()}`)
    expect(await refused(ana, 'uninvite 2')).to.equal('404 not_found: You have no invite 2.')
    expect(await replyTo(ana, 'uninvite 1')).to.equal('Invite 1 is taken back.')
    expect((await invitesOf(ana))[0].status).to.equal('revoked')
    expect((await invitesOf(bo)).map(({ status }) => status)).to.deep.equal(['sent', 'sent'])
    expect(await replyTo(ana, 'invites')).to.equal(`1 ${number} (revoked)`)
  })

  it('are sent no faster than by the endpoint: ten in an hour, and letters count as well', async () => {
    for (let count = 0; count < 9; count++) await says(ana, `invite friend${count}@mail.example`)
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((name) => ana.post('/commands', { text: `invite ${name}@mail.example` })),
    )
    expect(outcomes(answers)).to.deep.equal({ '200': 1, '429 rate_limited': 2 })
    expect(await invitesOf(ana)).to.have.length(10)
  })

  it('are refused as the endpoint refuses', async () => {
    const bo = await world.person('Bo')
    expect(await replyTo(ana, 'invites')).to.equal('No invites.')
    expect(await refused(ana, `invite ${bo.mobile}`)).to.match(/^409 already_member/)
    expect(await refused(ana, `invite ${world.freshNumber()} see www.else.example`)).to.equal(
      '422 validation_failed: Leave links and addresses out: the invite brings its own link.',
    )
    expect(await refused(ana, `invite ${world.freshNumber()} ${'x'.repeat(141)}`)).to.match(/^422 validation_failed/)
    expect(await refused(ana, `invite ${world.freshNumber()} to *nothing`)).to.match(/^404 not_found: No tag \*nothing/)
    expect(await refused(ana, `invite ${bo.mobile} to *${bo.username}`)).to.match(/^403 not_tag_owner/)
    const number = world.freshNumber()
    await says(ana, `invite ${number}`)
    expect(await refused(ana, `invite ${number}`)).to.match(/^409 already_invited/)
    expect(await invitesOf(ana)).to.have.length(1)
  })
})
