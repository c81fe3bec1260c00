import { App, type Frame } from './app.ts'
import { Phones } from './phones.ts'
import { Story } from './story.ts'

/** The main job in under a minute, against a running server: two people, a call to three phones, a voicemail. */

const BASE = process.env.KADOINK_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`
const PASSWORD = 'correct horse battery'
const ANA = { username: 'anademo', name: 'Ana', mobile: '+15551238001' }
const BO = { username: 'bodemo', name: 'Bo', email: 'bo@demo.example', mobile: '+15551238002' }
const FRIENDS = [
  { name: 'Cleo', mobile: '+15551230101', script: { answer: { after: 2 }, steps: [{ wait: 1, press: '1' }] } },
  { name: 'Dan', mobile: '+15551230102', script: { busy: true } },
  { name: 'Eve', mobile: '+15551230103', script: { noAnswer: true } },
]
const STRANGER = '+15557770001'
/** How "anademo" is typed on a telephone's keys. */
const ANA_ON_KEYS = '2623366'

const story = new Story()

async function main(): Promise<void> {
  const phones = await Phones.of(BASE)
  for (const { mobile, script } of FRIENDS) await phones.script(mobile, script)
  const answersAtOnce = { answer: { after: 1 }, steps: [{ wait: 1, press: '1' }] }
  await phones.script(ANA.mobile, answersAtOnce)

  story.chapter('Two people sign up')
  const ana = await signUpByText(phones)
  await signUpByMail(phones)

  story.chapter('Ana opens her app')
  await ana.connect()
  story.tell(`Her socket is open at ${ana.socketUrl} and watches everything of hers.`)

  story.chapter('Ana calls three friends')
  const contactIds = await Promise.all(FRIENDS.map(({ name, mobile }) => ana.contact(name, mobile)))
  ana.onFrame(showFrame)
  await ana.post('/calls', { contact_ids: contactIds, title: 'Friday' })
  story.tell('POST /calls: her own phone rings first, she presses 1, then the others are rung.')
  await ana.until((frame) => isParticipant(frame, 'Cleo', 'joined'))

  story.chapter('Meanwhile a stranger dials Kadoink, spells "anademo" on the keys, and speaks')
  await phones.dial(STRANGER, phones.number, [
    { press: `${ANA_ON_KEYS}#` },
    { leaveVoicemail: { seconds: 4, text: 'Hi Ana, it is me. Call me back!' } },
    { hangUp: true },
  ])
  const kept = await ana.until((frame) => frame.event === 'inbox.message_updated')
  await ana.until((frame) => isParticipant(frame, 'Eve', 'no_answer'))

  story.chapter('Ana hangs up and looks into her inbox')
  await ana.delete('/calls/active')
  await ana.until((frame) => frame.event === 'call.ended')
  const { items } = await ana.get('/inbox?limit=1')
  const [message] = items
  const sound = await fetch(message.media[0].stream_url)
  story.tell(
    `A ${message.kind} from ${message.from.mobile} for *${message.to_ktag.name}, ${message.media[0].duration_seconds} s, ` +
      `${message.read ? 'read' : 'unread'}; its sound plays: ${sound.status} ${sound.headers.get('content-type')}, ` +
      `${sound.headers.get('content-length')} bytes.`,
  )
  if (message.id !== kept.data.message.id || !sound.ok) throw new Error('The voicemail is not what was left.')
  ana.close()
  story.end()
}

/** Ana has a mobile only: her code comes as a text, which proves the mobile too. */
async function signUpByText(phones: Phones): Promise<App> {
  const ana = new App(BASE)
  const before = (await phones.texts(ANA.mobile)).length
  const asked = await ana.try('POST', '/auth/register', { ...ANA, password: PASSWORD })
  if (asked.status === 409) {
    await ana.signIn({ username: ANA.username, password: PASSWORD })
    story.tell('Ana is here from an earlier run and signs in with her password.')
    return ana
  }
  const { challenge_id, destination } = App.expect(asked, 202)
  const code = await phones.codeOn(ANA.mobile, before)
  story.tell(`Ana registers; a text to ${destination} says: "${code.text}"`)
  await ana.signIn({ challenge_id, code: code.digits }, '/auth/register/verify')
  story.tell('Her account, her tag *anademo and her first session are there, and her mobile is verified.')
  return ana
}

/** Bo has an e-mail address: his code comes by mail, his mobile is verified afterwards. */
async function signUpByMail(phones: Phones): Promise<App> {
  const bo = new App(BASE)
  const before = await phones.mailCount()
  const asked = await bo.try('POST', '/auth/register', {
    username: BO.username,
    name: BO.name,
    email: BO.email,
    password: PASSWORD,
  })
  const isNew = asked.status !== 409
  const { challenge_id } = isNew
    ? App.expect(asked, 202)
    : App.expect(await bo.try('POST', '/auth/login', { username: BO.username, password: PASSWORD }), 200)
  const mailed = await phones.codeByMail(BO.email, before)
  await bo.signIn({ challenge_id, code: mailed.digits }, isNew ? '/auth/register/verify' : '/auth/login/verify')
  story.tell(`Bo ${isNew ? 'registers' : 'signs in again'} with a code from his mailbox: "${mailed.text}".`)
  const { verified } = await bo.get('/me/mobile')
  if (verified) return bo
  await bo.put('/me/mobile', { mobile: BO.mobile })
  const texted = (await phones.texts(BO.mobile)).length
  await bo.post('/me/mobile/codes', {})
  const code = await phones.codeOn(BO.mobile, texted)
  const { gate } = await bo.post('/me/mobile/verify', { code: code.digits })
  story.tell(`Bo verifies his mobile with ${code.digits}; his gate is "${gate.state}".`)
  return bo
}

function showFrame({ event, data }: Frame): void {
  if (event === 'call.participant_updated') {
    const { name, status, reason } = data.participant
    story.frame(event, `${name}: ${status}${reason ? ` (${reason})` : ''}`)
  } else if (event.startsWith('call.')) {
    story.frame(event, `${data.call.status}${data.call.end_reason ? ` (${data.call.end_reason})` : ''}`)
  } else if (event.startsWith('inbox.message')) {
    const { message } = data
    story.frame(
      event,
      `${message.kind} from ${message.from.mobile}, ${message.media.length > 0 ? 'with' : 'still without'} sound`,
    )
  } else if (event === 'inbox.unread_count') {
    story.frame(event, `${data.unread_count} unread`)
  }
}

function isParticipant({ event, data }: Frame, name: string, status: string): boolean {
  return event === 'call.participant_updated' && data.participant.name === name && data.participant.status === status
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
