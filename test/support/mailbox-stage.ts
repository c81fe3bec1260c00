import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskBlobs } from '#gateways/blobs'
import { createLog } from '#kit/log'
import type { CallSnapshot, RecordingSnapshot, ScriptStep } from '#simulator'
import { createTwilioCarrier } from '#telephony'
import type { VoicemailTools } from '#telephony/voicemail'
import { type Form, signature } from '#test/calls-webhooks'
import { onKeypad } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

/** A world, and what its worker keeps voicemail with. */
export interface MailboxWorld {
  readonly world: World
  readonly tools: VoicemailTools
  end(): Promise<void>
}

/** Bring up a world whose voicemail can be looked after by hand. */
export async function mailboxWorld(): Promise<MailboxWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadoink-mailbox-'))
  const world = await World.start({ DATA_DIR: dataDir })
  const carrier = createTwilioCarrier({
    accountSid: ACCOUNT.sid,
    authToken: ACCOUNT.token,
    apiBase: world.carrier.url,
    publicUrl: world.url,
    log: createLog('silent'),
  })
  return {
    world,
    tools: { database: world.running.database, carrier, blobs: diskBlobs(join(dataDir, 'blobs')) },
    async end() {
      await world.end()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Speak after the tone, and say so with the pound key. */
export function speak(seconds: number, text = 'Hello there'): ScriptStep[] {
  return [{ leaveVoicemail: { seconds, text } }, { wait: 1, press: '#' }]
}

/** Somebody dials our number, enters a person's tag (or these digits), and does the rest. Gives the call's id. */
export async function dials(
  world: World,
  from: string,
  to: Person | string,
  rest: readonly ScriptStep[],
  seconds = 25,
): Promise<string> {
  const digits = typeof to === 'string' ? to : onKeypad(to.username)
  const steps = [{ onPrompt: `${digits}#`, wait: 1 }, ...rest]
  const sid = world.carrier.handset(from).dial(ACCOUNT.number, { steps })
  await world.pass(seconds)
  return sid
}

/** What a phone has heard, said to it or played. */
export function heardBy(world: World, phone: string, callSid?: string): string {
  const { heard } = world.carrier.handset(phone)
  const sounds = heard.filter((sound) => callSid === undefined || sound.callSid === callSid)
  return sounds.map(({ words }) => words).join(' ')
}

/** Each time a phone was rung by us. */
export function ringsOf(world: World, phone: string): readonly CallSnapshot[] {
  return world.carrier.calls().filter(({ to }) => to === phone)
}

/** What the carrier still has of somebody's words. */
export function recordingsOf(world: World, from: string): readonly RecordingSnapshot[] {
  const calls = world.carrier.handset(from).calls.map(({ sid }) => sid)
  return world.carrier.recordings().filter(({ callSid }) => calls.includes(callSid ?? ''))
}

/** What the carrier still has in writing, by its own ids. */
export async function transcriptsAtCarrier(world: World): Promise<readonly string[]> {
  const answer = await fetch(`${world.carrier.url}/2010-04-01/Accounts/${ACCOUNT.sid}/Transcriptions.json`, {
    headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString('base64')}` },
  })
  const { transcriptions } = (await answer.json()) as Json
  return transcriptions.map(({ sid }: Json) => sid)
}

/** A person's messages, newest first. */
export async function inboxOf(person: Person): Promise<Json[]> {
  return (await person.get('/inbox')).body.items
}

/** Change an account, or its tags, past all endpoints. */
export async function set(person: Person, table: 'users' | 'ktags', changes: Json): Promise<void> {
  const owner = table === 'users' ? { id: person.user.id } : { owner_id: person.user.id }
  await person.world.running.database.write(async (unit) => {
    await unit.sql(table).where(owner).update(changes)
  })
}

/** Ask a webhook as the carrier does; gives the document. */
export async function askWebhook(world: World, path: string, form: Form): Promise<string> {
  const answer = await fetch(world.url + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': signature(ACCOUNT.token, world.url + path, form),
    },
    body: new URLSearchParams(form),
  })
  return answer.text()
}
