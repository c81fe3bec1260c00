import { expect } from 'chai'
import { book } from '#domain/commands'
import { measure } from '#domain/texts'
import { readTimed } from '#server/domain/commands/timing'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Commands', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  after(() => world.end())

  /** Run a command that goes well; the answer. */
  async function says(text: string, person = ana): Promise<Json> {
    const { status, body } = await person.post('/commands', { text })
    expect(status, `${text}: ${JSON.stringify(body)}`).to.equal(200)
    return body
  }
  async function refused(text: string): Promise<{ code: string; message: string }> {
    const answer = await ana.post('/commands', { text })
    return { code: refusal(answer), message: answer.body.error.message }
  }

  it('keep the address book', async () => {
    const { result, ...told } = await says('contact add "Joe Smith" 555-123-4567')
    expect(told).to.deep.equal({
      status: 'ok',
      verb: 'contact add',
      canonical: 'contact add "Joe Smith" +15551234567',
      reply: 'Joe Smith saved as @joe.',
      job: null,
      confirm: null,
    })
    expect(result).to.deep.equal({ type: 'contact', data: (await ana.get('/contacts')).body.items[0] })

    expect((await says('contact nick @joe Joey')).reply).to.equal('Joe Smith is @joey now.')
    expect((await says('Contacts joe')).reply).to.equal('Joe Smith @joey')
    expect((await says('contact drop @joey')).reply).to.equal('Joe Smith is deleted.')
    expect((await ana.get('/contacts')).body.items).to.deep.equal([])
  })

  it('keep groups', async () => {
    for (const [name, number] of [
      ['Kim', '+15551110001'],
      ['Lee', '+15551110002'],
      ['Joe', '+15551110003'],
    ] as const) {
      await ana.knows(name, number)
    }
    expect((await says('group new #band @joe @kim')).reply).to.equal('#band: Joe, Kim')
    expect((await says('group add band, lee')).reply).to.equal('#band: Joe, Kim, Lee')
    expect((await says('group remove #BAND (555) 111-0003')).reply).to.equal('#band: Kim, Lee')
    expect((await says('group who #band')).result.data.members).to.have.length(2)
    expect((await says('groups')).reply).to.equal('#band (2)')
    expect((await says('group drop #band')).reply).to.equal('#band is deleted.')
  })

  it('say who one is, and change it', async () => {
    expect((await says('name  Ann   Lee')).reply).to.equal('You are Ann Lee now.')
    expect((await says('me')).reply).to.match(/^Ann Lee \(\*ana\d+\), \+1555\d{7}, UTC$/)
    expect((await says('me')).result.data).to.deep.include({ name: 'Ann Lee', username: ana.username })
  })

  it('guess nothing: who is called the same is named, and who is unknown is nobody', async () => {
    await ana.post('/contacts', { name: 'Bob King', nickname: 'bob_k', mobile: '+15550004567' })
    await ana.post('/contacts', { name: 'Bob Stone', nickname: 'bob_s', mobile: '+15550008899' })
    expect(await refused('contact drop @bob')).to.deep.equal({
      code: '422 ambiguous_target',
      message: 'Which Bob? @bob_k (...4567) or @bob_s (...8899)',
    })
    expect((await says('contact drop "Bob K"')).reply).to.equal('Bob King is deleted.')
    expect((await refused('contact drop @nobody')).code).to.equal('404 not_found')
    expect((await refused('contact drop +15559990000')).message).to.equal('+15559990000 is not in your contacts.')
    expect((await refused('group who #nothing')).message).to.equal('You have no group #nothing.')
  })

  it('find people however phones write their names', async () => {
    const lea = await world.person('Lea')
    const hindi = '\u0938\u0940\u0924\u093e'
    const persian = '\u0628\u06cc\u200c\u0628\u06cc'
    for (const [index, name] of ['Liam O\u2019Neil', 'Jose\u0301', hindi, persian, 'Anne\u2013Marie'].entries()) {
      await lea.post('/contacts', { name, mobile: `+1555444000${index}` })
    }
    await lea.post('/groups', { name: 'Bell\u2019s Band', contact_ids: [] })
    const finds = async (word: string) => (await says(`group add #"Bell's Band" ${word}`, lea)).reply.split(': ').at(-1)
    for (const written of [`@"Liam O'Neil"`, '@\u201cLiam O\u2019Neil\u201d']) {
      expect(await finds(written), written).to.equal('Liam O\u2019Neil')
      await says(`group remove #\u201cbell\u2019s band\u201d ${written}`, lea)
    }
    for (const written of [
      '@Jos\u00e9',
      '@Jose\u0301',
      `@${hindi}`,
      `@${persian}`,
      `@Anne-Marie`,
      `@anne\u2014marie`,
    ]) {
      expect(await finds(written), written).to.have.length.above(2)
      await says(`group remove #"Bell's Band" ${written}`, lea)
    }
    expect((await says(`group who #"Bell's Band"`, lea)).reply).to.equal('#Bell\u2019s Band is empty.')
    const { canonical } = await says(`group add #"Bell's Band" ${hindi}`, lea)
    expect(canonical).to.equal(`group add #"Bell's Band" @${hindi}`)
  })

  it('that are none say what may have been meant', async () => {
    expect(await refused('contcats')).to.deep.equal({
      code: '422 command_not_understood',
      message: 'I don\'t know "contcats". Did you mean "contacts"? Send ? for the list.',
    })
    expect((await refused('group new')).message).to.equal(
      'I read "group new", and not what follows it. Write: group new #group @contact...',
    )
    for (const word of ['stop', 'end', 'cancel', 'yes']) {
      expect((await refused(word)).code, word).to.equal('422 command_not_understood')
    }
  })

  it('are quoted without a letter cut in two, and mean nothing else than what is in the book', async () => {
    expect((await refused(`${'a'.repeat(20)}\u{1f3b7}\u{1f3b7}\u{1f3b7}\u{1f3b7}\u{1f3b7}`)).message).to.equal(
      `I don't know "${'a'.repeat(20)}\u{1f3b7}...". Send ? for the list.`,
    )
    expect((await refused(`? ${'a'.repeat(36)}\u{1f3b7}${'b'.repeat(9)}`)).message).to.contain('a\u{1f3b7}...')
    for (const word of ['constructor', '__proto__']) {
      expect((await refused(word)).message).to.equal(`I don't know "${word}". Send ? for the list.`)
    }
    const bo = await world.person('Bo')
    await says(`*${ana.username} ${'x'.repeat(36)}\u{1f3b7}\u{1f3b7}\u{1f3b7} and more`, bo)
    expect((await says('inbox')).reply).to.equal(`1 unread. 1 *${bo.username}: ${'x'.repeat(36)}\u{1f3b7}...`)
  })

  it('hold names and titles against the same rules as requests', async () => {
    expect(await refused(`name ${'b'.repeat(81)}`)).to.deep.equal({
      code: '422 validation_failed',
      message: 'A name has 80 characters at most.',
    })
    const long = await ana.post('/commands', { text: `event new fri 8pm ${'x'.repeat(201)}` })
    expect([refusal(long), long.body.error.fields]).to.deep.equal([
      '422 validation_failed',
      { text: 'A title has 200 characters at most.' },
    ])
  })

  it('are refused in the words of what they stand for, and leave nothing half done', async () => {
    expect((await refused('group new #all @lee')).message).to.equal('That name is reserved.')
    expect((await refused('group new #trio @lee @nobody')).code).to.equal('404 not_found')
    expect((await says('groups')).reply).to.equal('No groups.')
  })

  it('are told to all devices, the refused ones too, and all are kept', async () => {
    const socket = await ana.socket({ topics: ['account'] })
    await says('groups')
    await refused('flow *jazz')
    const told = [await socket.until('event'), await socket.until('event')].map(({ event, data }) => ({
      event,
      ...data,
    }))
    expect(told.map(({ event, text, status, code }: Json) => ({ event, text, status, code }))).to.deep.equal([
      { event: 'command.executed', text: 'groups', status: 'ok', code: null },
      { event: 'command.executed', text: 'flow *jazz', status: 'failed', code: 'command_not_understood' },
    ])
    const kept = await world.running.database.sql('command_runs').where({ user_id: ana.user.id }).orderBy('id')
    expect(kept.slice(-2)).to.deep.include.members([kept.at(-1), kept.at(-2)])
    expect(kept.slice(-2).map(({ status }) => status)).to.deep.equal(['ok', 'failed'])
  })

  it('are done once under one key, also when they were refused the first time', async () => {
    const key = { 'Idempotency-Key': 'once' }
    const text = 'contact add Zoe 555-777-0001'
    const answers = await Promise.all([1, 2].map(() => ana.post('/commands', { text }, key)))
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(answers[0]?.body).to.deep.equal(answers[1]?.body)
    const other = { 'Idempotency-Key': 'twice' }
    expect(refusal(await ana.post('/commands', { text }, other))).to.equal('409 contact_exists')
    await says('contact drop Zoe')
    expect((await ana.post('/commands', { text }, other)).status).to.equal(200)
  })

  it('that answer a question find none', async () => {
    expect((await refused('ok')).code).to.equal('409 nothing_asked')
    expect((await refused('no')).code).to.equal('409 nothing_asked')
  })
})

describe('The guide to commands', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  after(() => world.end())

  it('is made of the commands themselves, each with examples that are read as that command', async () => {
    const { status, body } = await ana.get('/commands/guide')
    expect(status).to.equal(200)
    const times = ['at', 'in', 'every']
    const verbs = body.items.map(({ verb }: Json) => verb)
    expect(verbs.filter((verb: string) => !times.includes(verb))).to.deep.equal(book.commands.map(({ verb }) => verb))
    const writer = { now: new Date(), zone: 'UTC', country: 'US' }
    for (const { verb, examples } of body.items) {
      expect(examples, verb).not.to.deep.equal([])
      for (const example of examples) {
        const { timing, command } = readTimed(example, writer)
        const parsed = book.parse(command, writer)
        const { command: read } = parsed.kind === 'phrase' ? parsed.phrase : { command: null }
        if (timing) expect([times.includes(verb), read?.isSchedulable], example).to.deep.equal([true, true])
        else expect(read?.verb, example).to.equal(verb)
      }
    }
    expect(body.items.filter(({ plan }: Json) => plan === 'plus').map(({ verb }: Json) => verb)).to.deep.equal([
      'every',
    ])
    expect(body.number).to.match(/^\+\d+$/)
  })

  it('shows each command in words that are read as the same again, once they were read', () => {
    const writer = { now: new Date(), zone: 'UTC', country: 'US' }
    const more = [
      'call @"Joe Smith", #"the band" ,*bob, 555 123 4567.',
      'call add "Joe Smith"',
      'invite @kim to *gig.',
      'invite joe to the party!',
      'invite Kim@Mail.example',
      'tag new gig Private',
      'grid add (555) 123-4567 3',
      'join 482100',
      'quiet 10 pm - 7:05am',
      'feed',
    ]
    for (const text of [...book.commands.flatMap(({ examples }) => examples), ...more]) {
      const read = book.parse(text, writer)
      if (read.kind !== 'phrase') throw new Error(`${text} is ${read.kind}.`)
      const written = book.print(read.phrase, writer)
      expect(book.parse(written, writer), `${text}: ${written}`).to.deep.equal(read)
    }
  })

  it('reads numbers as people write them in their country, whatever digits follow', () => {
    for (const [country, text, expected] of [
      ['GB', 't 020 7946 0958 5 minutes', 'text +442079460958 5 minutes'],
      ['GB', 'grid add 07700 900123 3', 'grid add +447700900123 3'],
      ['DE', 't 0151 234 567 89 um 5', 'text +4915123456789 um 5'],
      ['FR', 'call 06 12 34 56 78', 'call +33612345678'],
      ['US', 't 555 123 0000 5 minutes', 'text +15551230000 5 minutes'],
      ['US', 't (212) 555-1234 55', 'text +12125551234 55'],
      ['US', 't +44 20 7946 0958 5 minutes', 'text +442079460958 5 minutes'],
      ['GB', 't +447700900 123 go', 'text +447700900 123 go'],
      ['US', 'group new #b 5551110001 5551110002', 'group new #b +15551110001 +15551110002'],
    ] as const) {
      const writer = { now: new Date(), zone: 'UTC', country }
      const read = book.parse(text, writer)
      expect(read.kind === 'phrase' && book.print(read.phrase, writer), text).to.equal(expected)
    }
  })

  it('takes a full stop behind a command for no part of it', () => {
    const writer = { now: new Date(), zone: 'UTC', country: 'US' }
    for (const text of ['Tags.', 'call @mom.', 'invite @kim to *gig.', 'tag new gig.', 'uninvite 5.', 'follow jazz!']) {
      const read = book.parse(text, writer)
      expect(read.kind === 'phrase' && book.print(read.phrase, writer), text).not.to.match(/[.!]|false/)
    }
  })

  it('says what to write instead of the words that carriers answer themselves', async () => {
    for (const [word, instead] of Object.entries({ End: 'hangup', cancel: 'unschedule last', STOP: 'unfollow jazz' })) {
      const { status, body } = await ana.post('/commands', { text: word })
      expect([status, body.error.code]).to.deep.equal([422, 'command_not_understood'])
      expect(body.error.message).to.equal(`I don't know "${word}". Did you mean "${instead}"? Send ? for the list.`)
    }
  })

  it('is written in letters that all phones have, two texts long at most, whatever is asked about', async () => {
    const asks = new Set(book.commands.flatMap(({ verb }) => [verb, verb.split(' ')[0] ?? '']))
    let asker = ana
    for (const [index, asked] of [...asks].entries()) {
      // Nobody asks more often than they may.
      if (index % 40 === 0) asker = await world.person('Eve')
      const { reply } = (await asker.post('/commands', { text: `? ${asked}` })).body
      expect(measure(reply).encoding, reply).to.equal('GSM-7')
      expect(measure(reply).segments, reply).to.be.at.most(2)
      expect(reply.startsWith(asked), reply).to.equal(true)
    }
  })

  it('begins each subject with its first verb, and fits into two texts when it is texted', async () => {
    const call = (await ana.post('/commands', { text: 'help Call' })).body
    expect(call.reply).to.match(/^call \*tag\|#group.* Like: call @mom\. Also: .*call grid/)
    expect(call.result.data.map(({ verb }: Json) => verb)).to.include.members(['call', 'call add', 'call grid'])
    const all = (await ana.post('/commands', { text: '?' })).body.reply
    for (const { reply } of [call, { reply: all }]) expect(reply.length, reply).to.be.below(307)
    for (const { verb } of book.commands) expect(all).to.contain(verb.split(' ')[0])
  })

  it('says how a time is written before a command, and what is missing where one is', async () => {
    const { reply, result } = (await ana.post('/commands', { text: 'help on' })).body
    expect(reply).to.equal('at when, command. Like: at fri 6pm, call grid')
    expect(result.data.map(({ verb }: Json) => verb)).to.deep.equal(['at'])
    const alone = await ana.post('/commands', { text: 'every day at 9am' })
    expect([refusal(alone), alone.body.error.message]).to.deep.equal([
      '422 command_not_understood',
      'I read "every", and nothing to do then. Write: every weekday at 9am, status Open!',
    ])
  })

  it('finds verbs and their aliases', async () => {
    expect((await ana.get('/commands/guide?q=group%20new')).body.items).to.have.length(1)
    expect((await ana.get('/commands/guide?q=%3F')).body.items[0].verb).to.equal('help')
  })

  it('holds no verb that a carrier answers itself, and every first word is reserved', async () => {
    const carriers = 'stop stopall unsubscribe cancel end quit revoke optout start yes unstop info'.split(' ')
    for (const word of carriers) expect(book.find(word), word).to.equal(undefined)
    for (const word of book.firstWords) {
      if (!/^[a-z]\w{2,}$/.test(word)) continue
      const taken = await ana.post('/ktags', { name: word })
      expect(refusal(taken), word).to.equal('422 validation_failed')
    }
  })
})
