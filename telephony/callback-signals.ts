import * as callbacks from '#domain/callbacks'
import type { Database } from '#kit/unit'
import { type Reception, receive } from './visit-signals.ts'

/** What the carrier tells us of visitors who have had themselves called, turned into domain verbs. */

/** What follows from a visitor's key. */
export type VisitorPressed =
  | { readonly kind: 'received'; readonly reception: Reception }
  | Exclude<callbacks.Pressed, { kind: 'connect' }>

/** A visitor's phone was picked up. */
export async function pickedUp(database: Database, leg: string, carrierCallId: string): Promise<callbacks.Prompt> {
  return database.write((unit) => callbacks.pickedUp(unit, leg, carrierCallId))
}

/** A visitor has pressed a key; with a 1 they are where they would be who dial the tag. `shown` is our number. */
export async function pressed(
  database: Database,
  leg: string,
  digits: string,
  line: { readonly carrierCallId: string; readonly shown: string },
): Promise<VisitorPressed> {
  return database.write(async (unit) => {
    const pressed = await callbacks.pressed(unit, leg, digits)
    if (pressed.kind !== 'connect') return pressed
    const { carrierCallId, shown: dialled } = line
    const caller = { carrierCallId, phone: pressed.phone, isVouchedFor: true, dialled }
    return { kind: 'received', reception: await receive(unit, caller, pressed.ktag) }
  })
}

/** A visitor's leg is over. */
export async function hungUp(database: Database, leg: string): Promise<void> {
  await database.write((unit) => callbacks.hungUp(unit, leg))
}
