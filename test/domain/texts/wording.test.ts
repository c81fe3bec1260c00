import { expect } from 'chai'
import fc from 'fast-check'
import { measure, plain, segmentsOf, split } from '#domain/texts'
import { segments as carrierSegments } from '#telephony/simulator/message'

/** Texts as people write them, and as they do not: words, emoji, accents, characters of the extension table. */
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcdefgh ABC 123 .,!?\n') },
  { weight: 2, arbitrary: fc.constantFrom('€', '[', ']', '{', '~', '|', '\\', '^') },
  { weight: 1, arbitrary: fc.constantFrom('’', '“', '—', '…', '\u00a0', 'ñ', 'Ω') },
  { weight: 1, arbitrary: fc.constantFrom('😀', '👩‍👩‍👧', '🇮🇹', 'ő', 'e\u0301', '漢', 'я') },
)
const written = (of: fc.Arbitrary<string>) => {
  const short = fc.array(of, { maxLength: 200, size: 'max' })
  return fc.oneof(short, fc.array(of, { maxLength: 2500, size: 'max' })).map((all) => all.join(''))
}
const text = written(character)
const gsm = written(fc.constantFrom(...'abcdefgh ABC 123 .,!?\n@£$€[]{}~|\\^'))

const bare = (parts: readonly string[]) =>
  parts.length === 1 ? parts : parts.map((part) => part.replace(/^\(\d+\/\d+\) /, ''))
const graphemes = (words: string) => [...new Intl.Segmenter('en').segment(words)].map(({ segment }) => segment)

describe('What a text takes on the air', () => {
  for (const [what, words, encoding, units, segments] of [
    ['nothing', '', 'GSM-7', 0, 1],
    ['a full segment', 'x'.repeat(160), 'GSM-7', 160, 1],
    ['one character more', 'x'.repeat(161), 'GSM-7', 161, 2],
    ['two full segments', 'x'.repeat(306), 'GSM-7', 306, 2],
    ['one character more than two', 'x'.repeat(307), 'GSM-7', 307, 3],
    ['signs of two units', '€[]{}~|\\^\f'.repeat(8), 'GSM-7', 160, 1],
    ['a sign of two units too many', `${'x'.repeat(159)}€`, 'GSM-7', 161, 2],
    ['a pair that would be torn', `${'x'.repeat(152)}€${'x'.repeat(152)}`, 'GSM-7', 306, 3],
    ['the alphabet’s own accents', 'èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà', 'GSM-7', 37, 1],
    ['a curly apostrophe', 'it’s', 'UCS-2', 4, 1],
    ['a backtick', '`', 'UCS-2', 1, 1],
    ['a full segment of Cyrillic', 'я'.repeat(70), 'UCS-2', 70, 1],
    ['one letter more of Cyrillic', 'я'.repeat(71), 'UCS-2', 71, 2],
    ['an emoji that would be torn', `${'я'.repeat(66)}😀${'я'.repeat(66)}`, 'UCS-2', 134, 3],
    ['a small c with cedilla', 'ç', 'UCS-2', 1, 1],
  ] as const) {
    it(`is right for ${what}`, () => expect(measure(words)).to.deep.equal({ encoding, units, segments }))
  }

  it('is all of it, in segments that tear no character', () => {
    fc.assert(
      fc.property(text, (words) => {
        const { encoding, segments, units } = measure(words)
        const all = segmentsOf(words)
        expect(all.join('')).to.equal(words)
        expect(all).to.have.lengthOf(segments)
        const most = encoding === 'GSM-7' ? [160, 153] : [70, 67]
        for (const segment of all) {
          expect(segment.isWellFormed()).to.equal(true)
          const size = encoding === 'GSM-7' ? measure(segment).units : segment.length
          expect(size).to.be.at.most(all.length === 1 ? (most[0] ?? 0) : (most[1] ?? 0))
        }
        expect(units).to.equal(
          all.reduce((sum, one) => sum + (encoding === 'GSM-7' ? measure(one).units : one.length), 0),
        )
      }),
    )
  })

  it('is what the carrier bills, or one segment more for each pair that it would tear', () => {
    fc.assert(
      fc.property(fc.oneof(text, gsm), (words) => {
        const ours = measure(words).segments
        expect(ours).to.be.within(carrierSegments(words), carrierSegments(words) + Math.ceil(ours / 60))
      }),
    )
  })
})

describe('Typographic characters', () => {
  it('become plain where that makes a text of one segment out of several', () => {
    const words = `“It’s on — 8\u202fpm…” ${'x'.repeat(80)}`
    expect(measure(words)).to.include({ encoding: 'UCS-2', segments: 2 })
    expect(plain(words)).to.equal(`"It's on - 8 pm..." ${'x'.repeat(80)}`)
    expect(measure(plain(words))).to.include({ encoding: 'GSM-7', segments: 1 })
  })

  it('stay as they are where another character needs UCS-2 anyway', () => {
    expect(plain('It’s on 😀')).to.equal('It’s on 😀')
    expect(plain('ça va — oui')).to.equal('ça va — oui')
    expect(plain('Ça va — oui')).to.equal('Ça va - oui')
  })

  it('are the only thing that ever changes, and only for GSM-7', () => {
    fc.assert(
      fc.property(text, (words) => {
        if (plain(words) === words) return
        expect(measure(plain(words)).encoding).to.equal('GSM-7')
        const kept = (all: string) => all.replace(/[^a-zA-Z0-9ñΩ€[\]{}~|\\^\n,!?]/g, '')
        expect(kept(plain(words))).to.equal(kept(words))
      }),
    )
  })
})

describe('A text that is too long for one', () => {
  it('stays whole as long as the carrier takes it', () => {
    expect(split('')).to.deep.equal([''])
    expect(split('x'.repeat(1530))).to.have.lengthOf(1)
    expect(split('x'.repeat(1531))).to.have.lengthOf(2)
    expect(split('я'.repeat(670))).to.have.lengthOf(1)
    expect(split('я'.repeat(671))).to.have.lengthOf(2)
  })

  it('goes as parts that say which they are, and end where words end', () => {
    const words = Array.from({ length: 300 }, (_, index) => `word${index}`).join(' ')
    const parts = split(words)
    expect(parts).to.have.lengthOf(2)
    expect(parts[0]).to.match(/^\(1\/2\) word0 .* $/)
    expect(parts[1]).to.match(/^\(2\/2\) word\d+ .* word299$/)
  })

  it('is cut where it must be, when it has no words', () => {
    const parts = split('x'.repeat(3100))
    expect(parts.map((part) => measure(part).segments)).to.deep.equal([10, 10, 1])
    expect(parts.map((part) => part.slice(0, 6))).to.deep.equal(['(1/3) ', '(2/3) ', '(3/3) '])
  })

  it('numbers ten parts and more', () => {
    const parts = split('я'.repeat(8000))
    expect(parts.length).to.be.above(9)
    expect(parts.at(-1)).to.match(new RegExp(`^\\(${parts.length}/${parts.length}\\) я`))
    expect(bare(parts).join('')).to.equal('я'.repeat(8000))
    for (const part of parts) expect(measure(part).segments).to.be.at.most(10)
  })

  it('does not break where a no-break space stands', () => {
    const words = `${'x'.repeat(1500)} 10\u00a0000\u00a0${'x'.repeat(40)}`
    expect(bare(split(`${words}я`))[0]).to.match(/x $|^x+$/)
  })

  it('is lossless: the parts put together say the same, each is taken, no person’s character is torn', () => {
    fc.assert(
      fc.property(fc.oneof(text, gsm), (words) => {
        const parts = split(words)
        expect(bare(parts).join('')).to.equal(words)
        for (const part of parts) {
          expect(part.length).to.be.at.most(1600)
          expect(measure(part).segments).to.be.at.most(10)
          expect(part.isWellFormed()).to.equal(words.isWellFormed())
        }
        expect(bare(parts).flatMap(graphemes)).to.deep.equal(graphemes(words))
        if (parts.length > 1) {
          expect(parts.map((part) => /^\((\d+)\/(\d+)\) /.exec(part)?.slice(1))).to.deep.equal(
            parts.map((_, index) => [String(index + 1), String(parts.length)]),
          )
        }
      }),
    )
  })

  it('breaks words only where there is none to end at in the second half of a part', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 150, maxLength: 300 }), (lengths) => {
        const words = lengths.map((length) => 'x'.repeat(length)).join(' ')
        for (const part of bare(split(words)).slice(0, -1)) expect(part).to.match(/x $|x$/)
        const whole = bare(split(words))
          .join('|')
          .split(/[ |]+/)
          .map(({ length }) => length)
        expect(whole).to.deep.equal(lengths)
      }),
    )
  })
})
