import { expect } from 'chai'
import * as codes from '#domain/codes'
import { type MailError, smtpMail } from '#gateways/mail'
import { Project } from '#test/codes-stage'
import { MailServer, type Mishap } from '#test/mail-server'
import { World } from '#test/world'

const LETTER = { key: '019abc', to: 'ana@example.com', subject: 'Four words', text: 'Nobody else reads this.' }

describe('What a mail server does not take', () => {
  let server: MailServer

  before(async () => {
    server = await new MailServer().open()
  })
  after(() => server.close())
  beforeEach(() => server.mend())

  const post = (url = server.url): Promise<MailError | null> =>
    smtpMail(url, 'Kadoink <codes@kadoink.example>', 200)
      .send(LETTER)
      .then(
        () => null,
        (error: MailError) => error,
      )

  it('is told apart by what may be done about it, each time soon', async () => {
    const kinds: [word: string, mishap: Mishap, failure: MailError['failure']][] = [
      ['RCPT', '550 nobody here', 'refused'],
      ['END', '554 that is spam', 'refused'],
      ['RCPT', '451 come again', 'busy'],
      ['MAIL', '421 too many of you', 'busy'],
      ['END', '452 no room', 'busy'],
      ['HELLO', '554 not for you', 'away'],
      ['HELLO', '421 too many', 'away'],
      ['HELLO', 'silence', 'away'],
      ['END', 'silence', 'unknown'],
      ['END', 'hang up', 'unknown'],
    ]
    for (const [word, mishap, failure] of kinds) {
      server.mend()
      server.meet(word, mishap)
      expect((await post())?.failure, `${mishap} at ${word}`).to.equal(failure)
    }
    server.mend()
    server.meet('EHLO', '250-here\r\n250 AUTH PLAIN')
    server.meet('AUTH', '535 who are you?')
    expect((await post(server.url.replace('//', '//somebody:word@')))?.failure, 'a password').to.equal('away')
    expect((await post('smtp://nowhere.invalid'))?.failure, 'a name').to.equal('away')
    expect((await post('smtp://127.0.0.1:9'))?.failure, 'a port').to.equal('away')
    expect(server.taken).to.deep.equal([])
    server.mend()
    expect(await post()).to.equal(null)
    expect(server.taken).to.have.lengthOf(1)
    expect(server.taken[0]).to.include('Message-ID: <019abc@kadoink>').and.include(LETTER.text)
  })

  it('is told of without an address, a password or a word of the letter', async () => {
    server.meet('RCPT', `550 ana@example.com: ${LETTER.text}`)
    const error = await post(server.url.replace('//', '//somebody:word@'))
    expect(JSON.stringify(error) + String(error) + error?.stack).not.to.match(/ana@|somebody|Nobody else/)
    expect(error?.cause).to.equal(undefined)
  })
})

describe('A code by mail', () => {
  let server: MailServer
  let world: World
  let shop: Project

  before(async () => {
    server = await new MailServer().open()
    world = await World.start({ MAIL_URL: server.url }, { isOneTime: true })
    shop = await Project.in(world)
  })
  after(async () => {
    server.mend()
    await world.end()
    await server.close()
  })
  beforeEach(() => {
    server.mend()
    server.taken.length = 0
  })

  const send = () =>
    shop.sendManually({ to: `ana${Math.random().toString(36).slice(2)}@example.com`, channel: 'email', code: '020406' })
  const statusOf = async ({ no }: codes.ManualMessage) => {
    const { status, error } = await shop.manual(no)
    return [status, error]
  }

  it('comes although the server wants to be asked again, once', async () => {
    server.meet('RCPT', '451 come again', 2)
    expect(await statusOf(await send())).to.deep.equal(['sent', null])
    expect(server.taken).to.have.lengthOf(1)
    expect(server.taken[0]).to.include('020406')
  })

  it('comes when the server lets us in again, once', async () => {
    server.meet('HELLO', '421 too many of you', 2)
    expect(await statusOf(await send())).to.deep.equal(['sent', null])
    expect(server.taken).to.have.lengthOf(1)
  })

  it('has failed where the server says so', async () => {
    server.meet('RCPT', '550 nobody here')
    expect(await statusOf(await send())).to.deep.equal(['failed', 'mail_refused'])
  })

  it('whose answer is lost is not sent again; whether it came, nobody says', async () => {
    server.meet('END', 'hang up', 1)
    const message = await send()
    expect(await statusOf(message)).to.deep.equal(['sending', null])
    await world.moveClock(3601)
    await world.running.database.write(codes.finishSilent)
    expect(await statusOf(message)).to.deep.equal(['failed', 'unconfirmed'])
    expect(server.taken).to.deep.equal([])
  })
})
