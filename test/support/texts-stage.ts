import * as texts from '#domain/texts'
import { createLog } from '#kit/log'
import { type Carrier, createTwilioCarrier } from '#telephony'
import type { Json } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

/** The carrier as the server of a world knows it. */
export function carrierOf(world: World): Carrier {
  return createTwilioCarrier({
    accountSid: ACCOUNT.sid,
    authToken: ACCOUNT.token,
    apiBase: world.carrier.url,
    publicUrl: world.url,
    log: createLog('silent'),
  })
}

/** Have something said to a phone; gives the text's id, or null when the phone wants none. */
export function say(world: World, phone: string, body: string, more: Partial<texts.NewText> = {}) {
  return world.running.database.write((unit) => texts.queue(unit, { phone, body, purpose: 'test', ...more }))
}

/** Answer a phone automatically. */
export function answer(world: World, phone: string, body: string) {
  return world.running.database.write((unit) => texts.reply(unit, { phone, body, purpose: 'reply' }))
}

/** Texts of ours to a phone as the database has them, in order. */
export function textsTo(world: World, phone: string): Promise<readonly Json[]> {
  return world.running.database.read((view) =>
    view.sql('texts').where({ phone, direction: 'out' }).orderBy(['created_at', 'id']),
  )
}

/** How texts to a phone stand, in order. */
export async function statusesTo(world: World, phone: string): Promise<readonly string[]> {
  return (await textsTo(world, phone)).map(({ status }) => status)
}

/** What was handed to the carrier for a phone, in order, whatever became of it. */
export function handedOver(world: World, phone: string) {
  return world.carrier.messages().filter(({ to, direction }) => to === phone && direction === 'outbound-api')
}

/** What a phone has received from us, in order; not what the network itself has said. */
export function receivedBy(world: World, phone: string): readonly string[] {
  return world.carrier
    .handset(phone)
    .texts.filter(({ body }) => !/subscribed/.test(body))
    .map(({ body }) => body)
}

/** Have the texter look at what is due, as the job does, and let it arrive. */
export async function wake(world: World): Promise<void> {
  await world.running.database.write(texts.wakeDue)
  await world.settle()
  await world.textsArrive()
}
