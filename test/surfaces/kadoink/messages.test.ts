import { expect } from 'chai'
import sharp from 'sharp'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('Messages between people', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  /** What a phone was told by us beside the welcome and the network, in order. */
  function heardBy(phone: string): readonly string[] {
    return receivedBy(world, phone).filter((body) => !/^(Welcome|Reply STOP|\d{6} is)/.test(body))
  }
  /** Text us from a phone; what comes back. */
  async function texts(phone: string, body: string): Promise<readonly string[]> {
    const before = heardBy(phone).length
    world.carrier.handset(phone).text(ACCOUNT.number, body)
    await world.textsArrive()
    await world.textsArrive()
    return heardBy(phone).slice(before)
  }
  async function says(person: Person, text: string): Promise<Json> {
    const { status, body } = await person.post('/commands', { text })
    expect(status, JSON.stringify(body)).to.equal(200)
    await world.textsArrive()
    return body
  }
  async function refused(person: Person, text: string): Promise<string> {
    return refusal(await person.post('/commands', { text }))
  }
  async function inboxOf(person: Person): Promise<readonly Json[]> {
    return (await person.get('/inbox')).body.items
  }

  it('are in the inbox, and texted to whoever wants that, who then just texts back', async () => {
    const [ann, bob] = [await world.person('Ann'), await world.person('Bob')]
    await bob.patch('/me', { settings: { sms_inbox: true } })
    const { result } = await says(ann, `*${bob.username} Running late`)
    expect(result).to.deep.equal({ type: 'sending', data: { recipients: 1, opted_out: 0 } })
    expect(heardBy(bob.mobile)).to.deep.equal([`Ann (*${ann.username}): Running late`])

    expect(await texts(bob.mobile, 'no problem!')).to.deep.equal([`Sent to *${ann.username}.`])
    expect(await texts(bob.mobile, 'ok')).to.deep.equal([])
    expect((await inboxOf(ann)).map(({ body, via }) => ({ body, via }))).to.deep.equal([
      { body: 'ok', via: 'sms' },
      { body: 'no problem!', via: 'sms' },
    ])
    await world.moveClock(86_401)
    expect((await texts(bob.mobile, 'no problem!'))[0]).to.match(/^I don't know "no"|^I read "no"/)
  })

  it('say the same to whom nobody may write and to whom the owner has blocked', async () => {
    const [ann, bob] = [await world.person('Ann'), await world.person('Bob')]
    await bob.patch(`/ktags/${bob.user.primary_ktag.id}`, { message_policy: 'nobody' })
    const nobody = await ann.post('/commands', { text: `*${bob.username} hi` })
    await bob.patch(`/ktags/${bob.user.primary_ktag.id}`, { message_policy: 'anyone' })
    await world.running.database
      .sql('users')
      .where({ id: bob.user.id })
      .update({
        settings: world.running.database.sql.raw(`settings || ?::jsonb`, [JSON.stringify({ blocked: [ann.user.id] })]),
      })
    const blocked = await ann.post('/commands', { text: `*${bob.username} hi` })
    expect(refusal(nobody)).to.equal('403 messages_not_taken')
    expect(blocked.body.error.message).to.equal(nobody.body.error.message)
    expect(await inboxOf(bob)).to.deep.equal([])
    expect(await refused(ann, `t ${bob.mobile} hi`)).to.equal('409 sms_opted_out')
  })

  it('reach a number once, and the inbox of whoever has it', async () => {
    const [ann, bob] = [await world.person('Ann'), await world.person('Bob')]
    await bob.patch('/me', { settings: { sms_inbox: true } })
    await ann.knows('Bobby', bob.mobile)
    expect((await says(ann, `@bobby,*${bob.username},${bob.mobile} hi`)).reply).to.equal('Sent to 1.')
    expect(heardBy(bob.mobile)).to.deep.equal([`Ann (*${ann.username}): hi`])
    expect(await inboxOf(bob)).to.have.length(1)
  })

  it('to more than twenty-five are asked about first', async () => {
    const ann = await world.person('Ann')
    await world.running.database
      .sql('users')
      .where({ id: ann.user.id })
      .update({ limits: { maxGroupMembers: 30 } })
    const contact_ids: string[] = []
    for (let at = 0; at < 26; at++) contact_ids.push((await ann.knows(`F ${at}`, world.freshNumber())).contact_id)
    const { body } = await ann.post('/groups', { name: 'All26', contact_ids })
    expect(body.name).to.equal('All26')
    const asked = await says(ann, '#all26 hello')
    expect(asked).to.deep.include({ status: 'confirm_required', reply: 'This texts 26 people. Reply OK to send.' })
    expect(asked.confirm.recipients).to.equal(26)
    expect(await world.running.database.sql('message_sends').where({ sender_id: ann.user.id })).to.deep.equal([])
    expect((await texts(ann.mobile, 'ok')).at(-1)).to.equal('Sent to 26.')
    expect(await refused(ann, 'ok')).to.equal('409 nothing_asked')
  })

  it('that the month has no room for are not sent', async () => {
    const ann = await world.person('Ann')
    await world.running.database
      .sql('users')
      .where({ id: ann.user.id })
      .update({ limits: { smsPerMonth: 1 } })
    expect((await says(ann, 't +15551230001 hi')).status).to.equal('ok')
    expect(await refused(ann, 't +15551230001 hi')).to.equal('403 plan_limit_reached')
    expect(await refused(ann, 't +4915112345678 hi')).to.equal('422 country_not_supported')
  })

  it('come from phones without an account, when a tag takes them or they were texted', async () => {
    const [ann, phone] = [await world.person('Ann'), world.freshNumber()]
    expect(await texts(phone, `*${ann.username} Is there a show?`)).to.deep.equal([`Sent to *${ann.username}.`])
    const [message] = await inboxOf(ann)
    expect(message.from).to.deep.include({ user_id: null, mobile_verified: true })
    expect(message.to_ktag.name).to.equal(ann.username)
    expect((await says(ann, 'r Yes, at 8')).reply).to.match(/^Sent to \+/)
    expect(await texts(phone, 'great, thank you')).to.deep.equal([`Sent to *${ann.username}.`])
    expect((await inboxOf(ann)).map(({ body }) => body)).to.deep.equal(['great, thank you', 'Is there a show?'])
    await ann.patch(`/ktags/${ann.user.primary_ktag.id}`, { message_policy: 'followers' })
    expect(await texts(phone, `*${ann.username} hi`)).to.deep.equal([
      `*${ann.username} takes no messages at the moment.`,
    ])
  })

  it('are not sent to a number that a visitor of a widget has typed', async () => {
    const ann = await world.person('Ann')
    await world.running.database.sql('messages').insert({
      id: ann.user.id,
      owner_id: ann.user.id,
      number: 1,
      kind: 'text',
      from_phone: '+15551239999',
      from_name: 'Eve',
      body: 'call me',
      via: 'widget',
      created_at: new Date(),
    })
    const answer = await ann.post('/commands', { text: 'r who are you?' })
    expect(refusal(answer)).to.equal('409 not_answerable')
    expect(answer.body.error.message).to.match(/^Eve typed that number and proved nothing/)
    expect(receivedBy(world, '+15551239999')).to.deep.equal([])
  })

  it('bring a picture to the inbox, and to a status', async () => {
    const [ann, bob] = [await world.person('Ann'), await world.person('Bob')]
    const photo = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#c02020' } })
      .jpeg()
      .toBuffer()
    const picture = `data:image/jpeg;base64,${photo.toString('base64')}`
    const send = async (body: string) => {
      ann.phone.text(ACCOUNT.number, body, { mediaUrls: [picture] })
      for (let second = 0; second < 3; second++) await world.textsArrive()
    }
    await send(`*${bob.username} Look`)
    const [message] = await inboxOf(bob)
    expect(message).to.deep.include({ body: 'Look', via: 'sms' })
    expect(message.media.map(({ kind }: Json) => kind)).to.deep.equal(['photo'])
    await send('status Look at this')
    const [status] = (await ann.get('/statuses')).body.items
    expect(status).to.deep.include({ body: 'Look at this', via: 'sms' })
    expect(status.media).to.have.length(1)
    expect(heardBy(ann.mobile)).to.deep.equal([`Sent to *${bob.username}.`, `Posted to *${ann.username}.`])
  })

  it('are forgotten with their author: what waits is not sent, and nobody answers them', async () => {
    const ann = await world.person('Ann')
    const phone = world.freshNumber()
    await says(ann, `t ${phone} hi`)
    await ann.ask('DELETE', '/me', { password: 'correct horse battery' })
    await world.textsArrive()
    expect(await texts(phone, 'hello?')).to.deep.equal([`You need a free account for that: ${world.url}/join`])
  })
})
