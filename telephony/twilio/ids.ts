import { CarrierError } from '../carrier.ts'

/** Twilio's ids. An id of another shape names nothing, and is never put into an address. */
export const CALL_ID = /^CA[0-9a-f]{32}$/i
export const RECORDING_ID = /^RE[0-9a-f]{32}$/i
export const TRANSCRIPT_ID = /^TR[0-9a-f]{32}$/i
export const ROOM_ID = /^CF[0-9a-f]{32}$/i
export const MESSAGE_ID = /^(SM|MM)[0-9a-f]{32}$/i
export const MEDIA_ID = /^ME[0-9a-f]{32}$/i

/** An id of the shape it must have. Throws `CarrierError` `not_found`. */
export function known(id: string, shape: RegExp): string {
  if (!shape.test(id)) throw new CarrierError('not_found', null, 'That is not an id of the carrier.')
  return id
}
