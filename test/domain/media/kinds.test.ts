import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { kindOf } from '#domain/media'

const file = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

describe('What a file is', () => {
  for (const [name, contentType] of [
    ['speech.amr', 'audio/amr'],
    ['speech-wb.amr', 'audio/amr-wb'],
    ['speech.mp3', 'audio/mpeg'],
    ['tagged.mp3', 'audio/mpeg'],
    ['music.mp3', 'audio/mpeg'],
    ['speech.m4a', 'audio/mp4'],
    ['fast.m4a', 'audio/mp4'],
    ['speech.aac', 'audio/aac'],
    ['opus.ogg', 'audio/ogg'],
    ['vorbis.ogg', 'audio/ogg'],
    ['speech.wav', 'audio/wav'],
  ] as const) {
    it(`is ${contentType} for ${name}`, () => {
      expect(kindOf(file(name))).to.deep.equal({ kind: 'audio', contentType })
    })
  }

  for (const name of ['film.mp4', 'film.3gp', 'film.ogv']) {
    it(`is nothing that we take for ${name}`, () => expect(kindOf(file(name))).to.equal(null))
  }

  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a picture that is a program', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['a contact', Buffer.from('BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD')],
    ['a document', Buffer.from('%PDF-1.7\n')],
    ['a sound’s name and nothing of its kind', Buffer.from('#!AMR\n<script>alert(1)</script>')],
    ['a tag without a sound', Buffer.from('ID3\x03\0\0\0\0\0\x05hello<script>alert(1)</script>', 'latin1')],
    ['a tag that reaches beyond the file', Buffer.from('ID3\x03\0\0\x7f\x7f\x7f\x7f\xff\xfb', 'latin1')],
    ['a box that reaches beyond the file', Buffer.from('\0\0\0\x10ftypM4A \0\0\0\0\x7f\0\0\0moov', 'latin1')],
    ['a wave without a form', Buffer.from('RIFF\x04\0\0\0WAVEdata\0\0\0\0', 'latin1')],
    [
      'an image of a kind that phones make and libraries may not read',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
    ],
  ] as const) {
    it(`is nothing that we take for ${what}`, () => expect(kindOf(bytes)).to.equal(null))
  }

  it('is found out for whatever comes, without end or error', () => {
    const heads = [
      '',
      '#!AMR\n',
      'ID3\x03\0\0\0\0\0\x02',
      '\xff\xfb',
      '\xff\xf1',
      'OggS',
      'RIFF\0\0\0\0WAVE',
      '\0\0\0\x08ftyp',
    ]
    const head = fc.constantFrom(...heads).map((text) => Buffer.from(text, 'latin1'))
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 2000, size: 'max' }), (start, rest) => {
        const known = kindOf(Buffer.concat([start, rest]))
        expect(known === null || known.contentType.includes('/')).to.equal(true)
      }),
      { numRuns: 500 },
    )
  })
})
