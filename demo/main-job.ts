import type { LiveEvent } from '#client'
import { App, unlessTaken } from './app.ts'
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
  story.tell('Her live connection is open and watches everything of hers.')

  story.chapter('Ana calls three friends')
  const contactIds = await Promise.all(FRIENDS.map(({ name, mobile }) => ana.contact(name, mobile)))
  ana.onEvent(showEvent)
  await ana.client.post('/calls', { body: { contact_ids: contactIds, title: 'Friday' } })
  story.tell('POST /calls: her own phone rings first, she presses 1, then the others are rung.')
  await ana.until((event) => isParticipant(event, 'Cleo', 'joined'))

  story.chapter('Meanwhile a stranger dials Kadoink, spells "anademo" on the keys, and speaks')
  await phones.dial(STRANGER, phones.number, [
    { press: `${ANA_ON_KEYS}#` },
    { leaveVoicemail: { seconds: 4, text: 'Hi Ana, it is me. Call me back!' } },
    { hangUp: true },
  ])
  const kept = await ana.until(({ event }) => event === 'inbox.message_updated')
  await ana.until((event) => isParticipant(event, 'Eve', 'no_answer'))

  story.chapter('Ana hangs up and looks into her inbox')
  await ana.client.delete('/calls/active')
  await ana.until(({ event }) => event === 'call.ended')
  const { items } = await ana.client.get('/inbox', { query: { limit: 1 } })
  const [message] = items
  const [recording] = message?.media ?? []
  const isTheSame = kept.event === 'inbox.message_updated' && kept.data.message.id === message?.id
  if (!message || !recording || !isTheSame) throw new Error('The voicemail is not what was left.')
  const sound = await fetch(recording.stream_url)
  if (!sound.ok) throw new Error('The voicemail does not play.')
  story.tell(
    `A ${message.kind} from ${message.from.mobile} for *${message.to_ktag?.name}, ${recording.duration_seconds} s, ` +
      `${message.read ? 'read' : 'unread'}; its sound plays: ${sound.status} ${sound.headers.get('content-type')}, ` +
      `${sound.headers.get('content-length')} bytes.`,
  )
  ana.close()
  story.end()
}

/** Ana has a mobile only: her code comes as a text, which proves the mobile too. */
async function signUpByText(phones: Phones): Promise<App> {
  const ana = new App(BASE)
  const before = (await phones.texts(ANA.mobile)).length
  const { client } = ana
  const asked = await unlessTaken(client.post('/auth/register', { body: { ...ANA, password: PASSWORD } }))
  if (!asked) {
    ana.signIn(await client.post('/auth/login', { body: { username: ANA.username, password: PASSWORD } }))
    story.tell('Ana is here from an earlier run and signs in with her password.')
    return ana
  }
  const { challenge_id, destination } = asked
  const code = await phones.codeOn(ANA.mobile, before)
  story.tell(`Ana registers; a text to ${destination} says: "${code.text}"`)
  ana.signIn(await client.post('/auth/register/verify', { body: { challenge_id, code: code.digits } }))
  story.tell('Her account, her tag *anademo and her first session are there, and her mobile is verified.')
  return ana
}

/** Bo has an e-mail address: his code comes by mail, his mobile is verified afterwards. */
async function signUpByMail(phones: Phones): Promise<App> {
  const bo = new App(BASE)
  const before = await phones.mailCount()
  const { client } = bo
  const { username, name, email } = BO
  const asked = await unlessTaken(
    client.post('/auth/register', { body: { username, name, email, password: PASSWORD } }),
  )
  const isNew = asked !== undefined
  const challenge = asked ?? (await client.post('/auth/login', { body: { username, password: PASSWORD } }))
  if (challenge.status === 'ok') throw new Error('Bo is asked for no code.')
  const mailed = await phones.codeByMail(email, before)
  const proof = { body: { challenge_id: challenge.challenge_id, code: mailed.digits } }
  bo.signIn(await (isNew ? client.post('/auth/register/verify', proof) : client.post('/auth/login/verify', proof)))
  story.tell(`Bo ${isNew ? 'registers' : 'signs in again'} with a code from his mailbox: "${mailed.text}".`)
  const { verified } = await client.get('/me/mobile')
  if (verified) return bo
  await client.put('/me/mobile', { body: { mobile: BO.mobile } })
  const texted = (await phones.texts(BO.mobile)).length
  await client.post('/me/mobile/codes')
  const code = await phones.codeOn(BO.mobile, texted)
  const { gate } = await client.post('/me/mobile/verify', { body: { code: code.digits } })
  story.tell(`Bo verifies his mobile with ${code.digits}; his gate is "${gate.state}".`)
  return bo
}

function showEvent(told: LiveEvent): void {
  const facts = factsOf(told)
  if (facts !== undefined) story.event(told.event, facts)
}

/** What is worth a line in the story; undefined for all else. */
function factsOf({ event, data }: LiveEvent): string | undefined {
  switch (event) {
    case 'call.participant_updated': {
      const { name, status, reason } = data.participant
      return `${name}: ${status}${reason ? ` (${reason})` : ''}`
    }
    case 'call.created':
    case 'call.updated':
    case 'call.ended': {
      const { status, end_reason } = data.call
      return `${status}${end_reason ? ` (${end_reason})` : ''}`
    }
    case 'inbox.message_created':
    case 'inbox.message_updated': {
      const { kind, from, media } = data.message
      return `${kind} from ${from.mobile}, ${media.length > 0 ? 'with' : 'still without'} sound`
    }
    case 'inbox.unread_count':
      return `${data.unread_count} unread`
    default:
      return undefined
  }
}

function isParticipant({ event, data }: LiveEvent, name: string, status: string): boolean {
  return event === 'call.participant_updated' && data.participant.name === name && data.participant.status === status
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
