import { createHmac } from 'node:crypto'
import type { World } from '#test/world'

/** What a webhook says. */
export type Form = Readonly<Record<string, string>>

/** The signature that belongs to a webhook: over the address and the sorted form. */
export function signature(token: string, url: string, form: Form): string {
  const signed = Object.keys(form)
    .sort()
    .reduce((text, key) => text + key + form[key], url)
  return createHmac('sha1', token).update(signed).digest('base64')
}

/** Knock at a webhook as anybody on the internet can; gives the status. */
export async function knock(world: World, path: string, form: Form, header?: string): Promise<number> {
  const answer = await fetch(world.url + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...(header === undefined ? {} : { 'X-Twilio-Signature': header }),
    },
    body: new URLSearchParams(form),
  })
  await answer.text()
  return answer.status
}

/** Knock with the right signature of a token. */
export function knockSigned(world: World, path: string, form: Form, token: string): Promise<number> {
  return knock(world, path, form, signature(token, world.url + path, form))
}

/** Our own name of a leg, as it went out in the addresses that the carrier was given for this call. */
export function legName(world: World, callSid: string): string {
  const line = world.carrier.timeline(callSid).find((entry) => JSON.stringify(entry).includes('leg='))
  return /leg=([\w-]+)/.exec(JSON.stringify(line))?.[1] ?? ''
}
