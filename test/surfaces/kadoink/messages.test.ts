import { expect } from 'chai'
import sharp from 'sharp'
import { friends, grant, groupOf } from '#test/kadoink-book'
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

  describe('with a picture', () => {
    let picture: string
    let ann: Person
    let bob: Person

    before(async () => {
      const red = sharp({ create: { width: 60, height: 30, channels: 3, background: '#c02020' } })
      picture = `data:image/jpeg;base64,${(await red.jpeg().toBuffer()).toString('base64')}`
    })
    beforeEach(async () => {
      ann = await world.person('Ann')
      bob = await world.person('Bob')
    })

    /** Text us with pictures; what comes back. */
    async function sends(phone: string, body: string, pictures = 1): Promise<readonly string[]> {
      const before = heardBy(phone).length
      world.carrier.handset(phone).text(ACCOUNT.number, body, { mediaUrls: Array(pictures).fill(picture) })
      for (let second = 0; second < 3; second++) await world.textsArrive()
      return heardBy(phone).slice(before)
    }
    const seenBy = async (person: Person) =>
      (await inboxOf(person)).map(({ body, media }) => [body, media.map(({ kind }: Json) => kind)])

    it('bring it to the inbox, and to a status', async () => {
      expect(await sends(ann.mobile, `*${bob.username} Look`)).to.deep.equal([`Sent to *${bob.username}.`])
      expect((await inboxOf(bob))[0]).to.include({ body: 'Look', via: 'sms' })
      expect(await seenBy(bob)).to.deep.equal([['Look', ['photo']]])
      expect(await sends(ann.mobile, 'status Look at this')).to.deep.equal([`Posted to *${ann.username}.`])
      const [status] = (await ann.get('/statuses')).body.items
      expect(status).to.deep.include({ body: 'Look at this', via: 'sms' })
      expect(status.media).to.have.length(1)
    })

    it('bring it also when their author is asked first whether they mean it', async () => {
      await grant(ann, { plan: 'plus' })
      const { contact_id } = await ann.knows('Bob', bob.mobile)
      await groupOf(ann, 'crowd', [...(await friends(ann, 25)), contact_id])
      expect(await sends(ann.mobile, '#crowd Look')).to.deep.equal(['This texts 26 people. Reply OK to send.'])
      expect((await texts(ann.mobile, 'ok'))[0]).to.match(/^Sent to 26\. Not all of the media went with it/)
      expect(await seenBy(bob)).to.deep.equal([['Look', ['photo']]])
    })

    it('say so when it stays behind', async () => {
      expect((await sends(ann.mobile, 'in 2h status Look'))[0]).to.match(/^Job 1: .* What came with it is left out/)
      expect((await sends(ann.mobile, `*${bob.username} Look`, 2))[0]).to.match(/^Sent to .*\. Not all of the media/)
      const stranger = world.freshNumber()
      expect((await sends(stranger, `*${bob.username} Look`, 2))[0]).to.match(/^Sent to .*\. Not all of the media/)
      await bob.patch('/me', { settings: { sms_inbox: true } })
      await texts(stranger, `*${bob.username} Hello?`)
      expect((await sends(bob.mobile, 'Look'))[0]).to.match(/^Sent to \+1555\*{3}\d{4}\. Not all of the media/)
      expect(heardBy(stranger).at(-1)).to.equal(`Bob (*${bob.username}): Look`)
    })

    it('and no word are seen in the inbox alone: nobody is texted nothing', async () => {
      const stranger = world.freshNumber()
      await bob.patch('/me', { settings: { sms_inbox: true } })
      await says(ann, `*${bob.username} Hello?`)
      await ann.patch('/me', { settings: { sms_inbox: true } })
      expect(await sends(bob.mobile, '')).to.deep.equal([`Sent to *${ann.username}.`])
      expect(await seenBy(ann)).to.deep.equal([[null, ['photo']]])
      expect(heardBy(ann.mobile).at(-1)).to.equal(`Bob (*${bob.username}): (media)`)

      await texts(stranger, `*${bob.username} Hello?`)
      const before = heardBy(stranger).length
      expect(await sends(bob.mobile, '')).to.deep.equal(['A text brings no pictures or sounds: write some words.'])
      expect(heardBy(stranger)).to.have.length(before)
      await texts(bob.mobile, 'Hi')
      await sends(stranger, '')
      expect(heardBy(bob.mobile).at(-1)).to.match(/^\+1555\*{3}\d{4}: \(media\)$/)
    })
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
