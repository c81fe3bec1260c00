import { expect } from 'chai'
import { measure } from '#domain/texts'
import { type CodeMessage, codeLetter, codeNote, codeSpeech, codeText } from '#domain/verification'

describe('What a code says of itself', () => {
  const code = (
    project: string | null,
    more: Partial<CodeMessage> = {},
    language: 'en' | 'ru' = 'en',
  ): CodeMessage => ({
    destination: '+79522966236',
    channel: 'sms',
    purpose: 'project',
    code: '0204',
    payload: {},
    wording: { project, language, liveSeconds: 180 },
    ...more,
  })

  it('is whose it is, how long it works, and that nobody else is to hear it', () => {
    expect(codeText(code('Pizza Nord'))).to.equal(
      '0204 is your code for Pizza Nord. It works for 3 minutes. Tell it to nobody.',
    )
    expect(codeText(code('Пиццерия', {}, 'ru'))).to.equal('0204 - ваш код для Пиццерия. Никому его не сообщайте.')
    expect(codeNote(code('Пицца', {}, 'ru'))).to.equal(
      '0204 - ваш код для Пицца. Действует 3 минуты. Никому его не сообщайте.',
    )
  })

  it('fits into one segment, however long the name, with the code whole and first', () => {
    const names = [
      'A',
      'Pizza',
      'x'.repeat(60),
      'x'.repeat(110),
      'x'.repeat(400),
      'Пицца',
      'ж'.repeat(40),
      '🍕'.repeat(60),
    ]
    for (const language of ['en', 'ru'] as const) {
      for (const name of names) {
        for (const digits of ['0204', '020406']) {
          const text = codeText(code(name, { code: digits }, language))
          expect(measure(text).segments, text).to.equal(1)
          expect(text.startsWith(`${digits} `), text).to.equal(true)
          expect(text.isWellFormed(), text).to.equal(true)
          expect(text).to.include([...name].slice(0, 15).join(''))
        }
      }
    }
  })

  it('leaves out what does not fit before it cuts the name', () => {
    expect(codeText(code('x'.repeat(110)))).to.equal(`0204 is your code for ${'x'.repeat(110)}. Tell it to nobody.`)
    expect(codeText(code('x'.repeat(130)))).to.equal(`0204 is your code for ${'x'.repeat(130)}`)
    expect(codeText(code('x'.repeat(140)))).to.match(/^0204 is your code for x{135}\.\.\.$/)
  })

  it('counts minutes as Russian does', () => {
    const lives = (minutes: number) =>
      codeNote(code('N', { wording: { project: 'N', language: 'ru', liveSeconds: minutes * 60 } }))
    const words = [1, 2, 4, 5, 11, 12, 21, 22, 25].map((minutes) => /\d+ мин\S+(?=\.)/.exec(lives(minutes))?.[0])
    expect(words).to.deep.equal([
      '1 минуту',
      '2 минуты',
      '4 минуты',
      '5 минут',
      '11 минут',
      '12 минут',
      '21 минуту',
      '22 минуты',
      '25 минут',
    ])
  })

  it('is a letter in each language', () => {
    expect(codeLetter(code('Pizza Nord'))).to.deep.equal({
      subject: '0204 is your code for Pizza Nord',
      text: 'Your code for Pizza Nord is 0204.\n\nIt works for 3 minutes. If you did not ask for it, ignore this letter.\n',
    })
    expect(codeLetter(code('Пицца', {}, 'ru')).subject).to.equal('0204 - ваш код для Пицца')
  })

  it('is read out digit by digit, in each language', () => {
    expect(codeSpeech(code('Pizza Nord'))).to.deep.equal({
      language: 'en',
      first: 'Your code for Pizza Nord is: 0, 2, 0, 4.',
      again: 'Once more: 0, 2, 0, 4.',
      goodbye: 'Goodbye.',
    })
    expect(codeSpeech(code('Пицца', { code: '123456' }, 'ru')).first).to.equal('Ваш код для Пицца: 1, 2, 3, 4, 5, 6.')
  })

  it('is as it ever was where no project asks', () => {
    const own = (purpose: CodeMessage['purpose'], payload = {}) =>
      code(null, { purpose, payload, code: '471109', wording: { project: null, language: 'en', liveSeconds: 600 } })
    expect(codeText(own('mobile'))).to.equal('471109 is your Kadoink code. It works for 10 minutes. Tell it to nobody.')
    expect(codeText(own('departure'))).to.match(/^471109 is your code to delete your Kadoink account\. /)
    expect(codeText(own('follow', { ktag_name: 'jazz' }))).to.match(/the texts of \*jazz\. Msg&data rates may apply/)
    expect(codeLetter(own('register')).text).to.match(/^Your code to finish your registration is 471109\./)
    expect(codeSpeech(own('login')).first).to.equal('Your Kadoink code is: 4, 7, 1, 1, 0, 9.')
  })
})
