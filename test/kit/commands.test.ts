import { expect } from 'chai'
import fc from 'fast-check'
import { CommandBook, count, defineCommand, oneOf, optional, type Parsed, rest, type Slot, several } from '#kit/command'
import type { Reader } from '#kit/reader'
import { expectProportion } from '#test/proportion'

type Told = (text: string) => void
const command = defineCommand<Told, void>()
const nothing = async () => {}
const writer = { now: new Date('2026-11-27T12:00:00Z'), zone: 'UTC', country: null }

const friend: Slot<string> = {
  shape: '@friend',
  read: (reader: Reader) => reader.take(/@([a-z]\w*)/iy)?.[1],
  print: (name) => `@${name}`,
}
const words = { category: 'Test', summary: 'A test.', examples: [] }

const book = new CommandBook<Told, void>([
  command({ ...words, verb: 'call', aliases: ['c'], slots: { who: several(friend, 3) }, run: nothing }),
  command({ ...words, verb: 'call add', slots: { who: friend }, run: nothing }),
  command({ ...words, verb: 'call who', slots: {}, run: nothing }),
  command({ ...words, verb: 'inbox', aliases: ['i'], slots: { most: optional(count('count')) }, run: nothing }),
  command({ ...words, verb: 'reply', slots: { no: optional(count('number')), body: rest('text') }, run: nothing }),
  command({ ...words, verb: 'door', slots: { how: oneOf('open', 'shut') }, run: nothing }),
  command({ ...words, verb: 'help', aliases: ['?'], slots: { verb: optional(rest('verb')) }, run: nothing }),
  command({
    ...words,
    verb: 'text',
    isImplied: true,
    slots: { to: several(friend, 3), body: rest('text') },
    run: nothing,
  }),
])

/** What a text was read as: `call add {"who":"bo"}`, `call?`, or `unknown flow (follow)`. */
function read(text: string): string {
  const parsed: Parsed<Told, void> = book.parse(text, writer)
  if (parsed.kind === 'phrase') return `${parsed.phrase.command.verb} ${JSON.stringify(parsed.phrase.values)}`
  if (parsed.kind === 'misread') return `${parsed.command.verb}?`
  return `unknown ${parsed.word} (${parsed.nearest?.verb ?? ''})`
}

describe('A command', () => {
  it('is read by its longest verb, in any case, with or without a slash', () => {
    expect(read('call @bo')).to.equal('call {"who":["bo"]}')
    expect(read('CALL  add @bo')).to.equal('call add {"who":"bo"}')
    expect(read('/Call who')).to.equal('call who {}')
    expect(read('call @add, @who')).to.equal('call {"who":["add","who"]}')
  })

  it('has aliases; that of a first word serves all verbs that begin with it', () => {
    expect(read('c @bo,@cy')).to.equal('call {"who":["bo","cy"]}')
    expect(read('c add @bo')).to.equal('call add {"who":"bo"}')
    expect(read('? call')).to.equal('help {"verb":"call"}')
    expect(read('?')).to.equal('help {"verb":null}')
    expect(read('?call')).to.equal('help {"verb":"call"}')
  })

  it('may be written as phones write: capitals, typographic marks, odd spaces, a full stop behind a bare verb', () => {
    expect(read('\u200eInbox.')).to.equal('inbox {"most":null}')
    expect(read('Inbox\u00a05.')).to.equal('inbox {"most":5}')
    expect(read('call who!')).to.equal('call who {}')
    expect(read('\uff20bo hi')).to.equal('text {"to":["bo"],"body":"hi"}')
  })

  it('keeps what people say as they wrote it, line breaks and quotes included', () => {
    expect(read('reply  “Hi”\u00a0there\n  you. ')).to.equal('reply {"no":null,"body":"“Hi”\u00a0there\\n  you."}')
    expect(read('reply 7 ok')).to.equal('reply {"no":7,"body":"ok"}')
    expect(read('reply 7')).to.equal('reply?')
    expect(read('reply 7th heaven')).to.equal('reply {"no":null,"body":"7th heaven"}')
  })

  it('needs no verb when it begins as the implied one does', () => {
    expect(read('@bo,@cy hi')).to.equal('text {"to":["bo","cy"],"body":"hi"}')
    expect(read('@bo, hi, you')).to.equal('text {"to":["bo"],"body":"hi, you"}')
    expect(read('@bo')).to.equal('unknown @bo ()')
  })

  it('is misread when something else follows the verb, and never another command', () => {
    expect(read('call bo')).to.equal('call?')
    expect(read('call who is it')).to.equal('call who?')
    expect(read('inbox zero')).to.equal('inbox?')
    expect(read('door ajar')).to.equal('door?')
    expect(read('call @a,@b,@c,@d')).to.equal('call?')
  })

  it('that nobody knows is answered with the nearest verb, if one is near', () => {
    expect(read('cal @bo')).to.equal('unknown cal (call)')
    expect(read('repyl ok')).to.equal('unknown repyl (reply)')
    expect(read('xylophone')).to.equal('unknown xylophone ()')
    expect(read('')).to.equal('unknown  ()')
  })

  it('has one canonical form, which is read as the same again', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'call @bo',
        'c add @x',
        'i 7',
        'reply 3 “x” y',
        'REPLY a\nb',
        '@a,@b  hey, you',
        'door OPEN',
        '? call add',
      ),
      fc
        .tuple(fc.constantFrom('reply ', '@bo ', 'text @a, @b ', '? '), fc.string({ unit: 'binary' }))
        .map((both) => both.join('')),
    )
    fc.assert(
      fc.property(text, (written) => {
        const first = book.parse(written, writer)
        if (first.kind !== 'phrase') return true
        const canonical = book.print(first.phrase, writer)
        const second = book.parse(canonical, writer)
        expect(second).to.deep.equal(first)
        expect(book.print(first.phrase, writer)).to.equal(canonical)
      }),
    )
  })

  it('is looked for in any text whatever, and looking never fails', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => Boolean(book.parse(text, writer))))
  })

  it('is read in time in proportion to the text', () => {
    const hard = ['call ', ' ', '@a,', '"', '7 ', 'reply 7', '\u00a0', '/', '?', '.', 'call add @'].flatMap((piece) => [
      piece.repeat(20_000),
      `call ${piece.repeat(20_000)}`,
      `reply ${piece.repeat(20_000)}x`,
    ])
    expectProportion((text) => book.parse(text, writer), hard)
  })

  it('shares no words with another: two that answer to the same are refused', () => {
    const twice = command({ ...words, verb: 'twice', aliases: ['call'], slots: {}, run: nothing })
    expect(() => new CommandBook([...book.commands, twice])).to.throw('"call" is both call and twice')
  })

  it('is explained by its slots, and keeps its first word for itself', () => {
    const [call, add] = ['call', 'call add'].map((verb) => book.find(verb))
    expect([call && book.syntaxOf(call), add && book.syntaxOf(add)]).to.deep.equal([
      'call @friend[,...]',
      'call add @friend',
    ])
    expect([...book.firstWords])
      .to.include.members(['call', 'c', 'text', '?'])
      .and.not.include('add')
  })
})
