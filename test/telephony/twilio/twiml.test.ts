import { expect } from 'chai'
import * as legs from '#telephony/twilio/twiml/legs'
import * as mailbox from '#telephony/twilio/twiml/mailbox'
import * as rings from '#telephony/twilio/twiml/rings'
import * as speech from '#telephony/twilio/twiml/speech'
import * as visits from '#telephony/twilio/twiml/visits'

const twiml = { ...legs, ...mailbox, ...rings, ...speech, ...visits }

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const EVE = '<Bob & "Eve">'

function said(words: string): string {
  return `<Say voice="Polly.Joanna" language="en-US">${words}</Say>`
}

function gathered(attributes: string, words: string): string {
  return `<Gather ${attributes}>${said(words)}</Gather>`
}

const END = `${said('Goodbye.')}<Hangup/></Response>`

describe('what a caller hears', () => {
  it('asks the host three times for the 1 that starts the call, then gives up', () => {
    const question = gathered('action="/key?leg=a" numDigits="1" timeout="10"', 'Press 1 to start your call.')

    expect(twiml.askHost({ action: '/key?leg=a' })).to.equal(`${HEAD}<Response>${question.repeat(3)}${END}`)
  })

  it('asks a host more often when the silence between is shorter, and once at least', () => {
    const timesAsked = (sayAgainSeconds: number) =>
      twiml.askHost({ action: '/key', sayAgainSeconds }).split('<Gather').length - 1

    expect(timesAsked(5)).to.equal(6)
    expect(timesAsked(18)).to.equal(2)
    expect(timesAsked(300)).to.equal(1)
  })

  it('asks a guest to join or to stop calls from the host', () => {
    const question = gathered(
      'action="/key" numDigits="1" timeout="10"',
      'Ann is calling you on Kadoink. Press 1 to join, 2 to stop calls from Ann.',
    )

    expect(twiml.askGuest({ hostName: 'Ann', action: '/key' })).to.equal(`${HEAD}<Response>${question.repeat(3)}${END}`)
  })

  it('speaks of a host without a name as somebody', () => {
    expect(twiml.askGuest({ hostName: ' \u0007', action: '/key' })).to.include(
      'Somebody is calling you on Kadoink. Press 1 to join, 2 to stop calls from somebody.',
    )
  })

  it('puts a leg into a room without beeps, and keeps the room open when it leaves', () => {
    const document = twiml.joinRoom({
      room: 'room-1',
      label: 'leg_1',
      conferenceCallback: 'https://k.test/room?a=1&b=2#rc=3&rp=all',
      action: 'https://k.test/left?leg=leg_1',
    })

    expect(document).to.equal(
      `${HEAD}<Response><Dial action="https://k.test/left?leg=leg_1"><Conference startConferenceOnEnter="true" ` +
        'endConferenceOnExit="false" beep="false" participantLabel="leg_1" ' +
        'statusCallback="https://k.test/room?a=1&amp;b=2#rc=3&amp;rp=all" ' +
        'statusCallbackEvent="start end join leave mute hold speaker">room-1</Conference></Dial></Response>',
    )
  })

  it('puts somebody into a room unheard, and out of it again after so long', () => {
    const door = { room: 'room-1', label: 'leg_1', conferenceCallback: '/room', action: '/left' }
    const document = twiml.joinRoom({ ...door, muted: true, maxSeconds: 1860 })

    expect(document).to.include('<Dial action="/left" timeLimit="1860"><Conference muted="true" ')
    expect(twiml.joinRoom({ ...door, muted: false })).to.not.include('muted')
  })

  it('asks a host whose call goes on whether they want back into it', () => {
    expect(twiml.askHost({ action: '/key', isBack: true })).to.include('>Press 1 to go back to your call.<')
  })

  it('asks somebody who has dropped out of a call three times whether they want back', () => {
    const question = (words: string) => gathered('action="/tag?back=1" finishOnKey="#" timeout="5"', words)

    expect(twiml.askToReturn({ action: '/tag?back=1', hostName: 'Ann' })).to.equal(
      `${HEAD}<Response>${question(
        'Press 1 to go back to your call with Ann, or enter a tag or extension, then pound.',
      ).repeat(3)}${END}`,
    )
    expect(twiml.askToReturn({ action: '/tag', hostName: null })).to.include('Press 1 to go back to your call, or')
    expect(twiml.askToReturn({ action: '/tag', hostName: ' ' })).to.include('your call with somebody, or')
    expect(twiml.askToReturn({ action: '/tag', hostName: EVE })).to.include('call with &lt;Bob &amp; "Eve"&gt;, or')
  })

  it('says something to a room, and leaves it at that', () => {
    expect(twiml.announce({ sentence: 'Soon.' })).to.equal(`${HEAD}<Response>${said('Soon.')}</Response>`)
  })

  it('asks a caller three times for a tag, by name when it knows one', () => {
    const question = (words: string) => gathered('action="/tag" finishOnKey="#" timeout="8"', words)

    expect(twiml.askTag({ action: '/tag', callerName: 'Ann' })).to.equal(
      `${HEAD}<Response>${question('Hi Ann. Enter the tag or extension, then pound.').repeat(3)}${END}`,
    )
    expect(twiml.askTag({ action: '/tag', callerName: null })).to.equal(
      `${HEAD}<Response>${question('Hi. Enter the tag or extension, then pound.').repeat(3)}${END}`,
    )
  })

  it('reads out names for the keys 1 to 9 and no further', () => {
    const question = gathered('action="/pick" numDigits="1" timeout="10"', 'For Ann, press 1. For Bo, press 2.')
    const many = twiml.chooseTag({ action: '/pick', choices: Array.from({ length: 12 }, (_, index) => `Ann ${index}`) })

    expect(twiml.chooseTag({ action: '/pick', choices: ['Ann', 'Bo'] })).to.equal(
      `${HEAD}<Response>${question.repeat(3)}${END}`,
    )
    expect(many).to.include('For Ann 8, press 9.').and.not.include('press 10')
  })

  const RECORD =
    'maxLength="110" finishOnKey="#" playBeep="true" timeout="5" trim="trim-silence" ' +
    'recordingStatusCallback="/recorded" recordingStatusCallbackEvent="completed absent"'

  it('takes a message after the greeting, and says goodbye to somebody who leaves none', () => {
    const wanted = {
      greeting: { words: 'This is Ann.' },
      action: '/taken',
      recordingCallback: '/recorded',
      transcriptCallback: null,
      maxSeconds: 110,
    }

    expect(twiml.takeMessage(wanted)).to.equal(
      `${HEAD}<Response>${said('This is Ann.')}<Record action="/taken" ${RECORD}/>${END}`,
    )
    expect(twiml.takeMessage({ ...wanted, greeting: { words: '' } })).to.include('<Response><Record ')
    expect(twiml.takeMessage({ ...wanted, greeting: { url: 'https://k.test/ann?token=a&b' } })).to.include(
      '<Response><Play>https://k.test/ann?token=a&amp;b</Play><Record ',
    )
    expect(twiml.takeMessage({ ...wanted, transcriptCallback: '/written' })).to.include(
      `${RECORD} transcribeCallback="/written"/>`,
    )
  })

  it('asks somebody who has spoken once, and takes silence for an answer', () => {
    const once = (question: string, otherwise: string) =>
      `${HEAD}<Response>${gathered('action="/key" numDigits="1" timeout="5"', question)}${said(otherwise)}` +
      '<Hangup/></Response>'

    expect(twiml.offerAgain({ action: '/key', otherwise: 'Thank you.' })).to.equal(
      once('Press 1 to send, 2 to record again.', 'Thank you.'),
    )
    expect(twiml.tooShort({ action: '/key' })).to.equal(
      once('That was too short to be kept. Press 2 to record again.', 'Goodbye.'),
    )
    expect(twiml.offerGreeting({ action: '/key' })).to.equal(
      once('Press 1 to keep this greeting, 2 to record again.', 'Your greeting has not been changed.'),
    )
  })

  it('lets an owner record a greeting, or choose the standard one', () => {
    const menu = gathered(
      'action="/key" numDigits="1" timeout="8"',
      'This is your mailbox. Press 1 to record a greeting, 2 for the standard greeting.',
    )

    expect(twiml.ownMailbox({ action: '/key' })).to.equal(`${HEAD}<Response>${menu.repeat(2)}${END}`)
    expect(twiml.recordGreeting({ action: '/taken', recordingCallback: '/recorded', maxSeconds: 110 })).to.equal(
      `${HEAD}<Response>${said('Record your greeting after the tone, then press pound.')}` +
        `<Record action="/taken" ${RECORD}/>${END}`,
    )
  })

  it('rings an owner, whom it asks before anybody is put through', () => {
    const dialled = twiml.dialOwner({
      phone: '+15551230001',
      shownNumber: '+15005550006',
      ringSeconds: 20,
      maxSeconds: 1800,
      question: '/owner?ring=a',
      legCallback: '/status',
      action: '/over',
    })
    const question = (words: string) =>
      gathered(
        'action="/key" numDigits="1" timeout="5"',
        `${words} is calling jazz. Press 1 to take the call, 2 to send it to your voicemail.`,
      )
    const asked = { ktagName: 'jazz', action: '/key' }

    expect(dialled).to.equal(
      `${HEAD}<Response><Dial action="/over" answerOnBridge="true" callerId="+15005550006" timeLimit="1800" ` +
        'timeout="20"><Number url="/owner?ring=a" statusCallback="/status">+15551230001</Number></Dial></Response>',
    )
    expect(twiml.askOwner({ ...asked, callerName: 'Ann', fromPhone: '+15551230002' })).to.equal(
      `${HEAD}<Response>${question('Ann').repeat(2)}${END}`,
    )
    expect(twiml.askOwner({ ...asked, callerName: ' \u0007', fromPhone: '+15551230002' })).to.include(
      'Somebody with a number that ends in 0, 0, 0, 2, is calling jazz.',
    )
    expect(twiml.askOwner({ ...asked, callerName: null, fromPhone: null })).to.include('Somebody with a hidden number')
    expect(twiml.putThrough()).to.equal(`${HEAD}<Response/>`)
  })

  it('reads a code out twice, in its language', () => {
    const english = { language: 'en', first: 'It is: 4, 7.', again: 'Once more: 4, 7.', goodbye: 'Goodbye.' } as const
    expect(twiml.readCode(english)).to.equal(
      `${HEAD}<Response>${said('It is: 4, 7.')}<Pause length="1"/>${said('Once more: 4, 7.')}${END}`,
    )
    const russian = {
      language: 'ru',
      first: 'Вот он: 4, 7.',
      again: 'Ещё раз: 4, 7.',
      goodbye: 'До свидания.',
    } as const
    const document = twiml.readCode(russian)
    expect(document.match(/<Say voice="Polly.Tatyana" language="ru-RU">/g)).to.have.lengthOf(3)
    expect(document).to.include('>Ещё раз: 4, 7.</Say>').and.not.include('Joanna')
  })

  it('says one thing, or nothing', () => {
    expect(twiml.sayAndHangUp('Sorry.')).to.equal(`${HEAD}<Response>${said('Sorry.')}<Hangup/></Response>`)
    expect(twiml.hangUp()).to.equal(`${HEAD}<Response><Hangup/></Response>`)
    expect(twiml.silence()).to.equal(`${HEAD}<Response/>`)
  })

  it('speaks a name that looks like a document, and obeys none of it', () => {
    const spoken = '&lt;Bob &amp; "Eve"&gt;'

    expect(twiml.askGuest({ hostName: EVE, action: '/key' })).to.include(`${spoken} is calling you`)
    expect(twiml.askTag({ action: '/tag', callerName: EVE })).to.include(`Hi ${spoken}.`)
    expect(twiml.chooseTag({ action: '/pick', choices: [EVE] })).to.include(`For ${spoken}, press 1.`)
    expect(twiml.sayAndHangUp(`${EVE}</Say><Dial>+15005550006</Dial>`)).to.not.include('<Dial>')
    expect(twiml.joinRoom({ room: EVE, label: EVE, conferenceCallback: EVE, action: EVE })).to.include(
      'participantLabel="&lt;Bob &amp; &quot;Eve&quot;>"',
    )
  })

  it('leaves out of a name what no document may hold', () => {
    expect(twiml.sayAndHangUp('A\u0000n\r\nn\ud800 \ufffe!')).to.include('>A n n !</Say>')
  })

  it('does not cut a long greeting in the middle of a character', () => {
    expect(twiml.sayAndHangUp(`${'a'.repeat(3999)}😀`)).to.equal(
      `${HEAD}<Response>${said('a'.repeat(3999))}<Hangup/></Response>`,
    )
  })
})
