import { Call } from './call.ts'
import type { Handset } from './handset.ts'
import { runDocument } from './interpreter.ts'
import type { Network } from './network.ts'

/** A number nobody of ours owns was called or texted. */
export class UnknownNumber extends Error {
  constructor(phone: string) {
    super(`${phone} is not a number of this account`)
  }
}

/** A person calls one of our numbers: the voice URL is asked while it rings. Throws `UnknownNumber`. */
export function startInboundCall(network: Network, phone: Handset, to: string): Call {
  const number = network.ownNumber(to)
  if (!number) throw new UnknownNumber(to)
  const { voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod, statusCallback, statusCallbackMethod } = number
  const call = new Call(network, {
    direction: 'inbound',
    from: phone.phone,
    to,
    phone,
    callback:
      statusCallback === null ? null : { url: statusCallback, method: statusCallbackMethod, events: ['completed'] },
    fallback: voiceFallbackUrl === null ? null : { url: voiceFallbackUrl, method: voiceFallbackMethod },
  })
  network.clock.after(0, () => {
    if (call.isOver) return
    call.begin()
    call.startRinging()
    if (voiceUrl === null) return call.finish('failed', 404)
    runDocument(network, call, { url: voiceUrl, method: voiceMethod })
  })
  return call
}
