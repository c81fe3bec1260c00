import { Call } from './call.ts'
import type { VoiceNetwork } from './execution.ts'
import { runDocument } from './interpreter.ts'
import type { Phone } from './line.ts'
import type { OwnNumber } from './own-number.ts'

/**
 * A person calls one of our numbers: the voice URL is asked while it rings. Beyond the limit of concurrent calls nobody
 * gets through (Twilio: error 10004). `from` is what the caller shows: a number, `anonymous` or `unknown`.
 */
export function startInboundCall(network: VoiceNetwork, phone: Phone, number: OwnNumber, from: string): Call {
  const { isFull } = network
  const { voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod, statusCallback, statusCallbackMethod } = number
  const call = new Call(network, {
    direction: 'inbound',
    from,
    to: number.phone,
    phone,
    callback:
      statusCallback === null ? null : { url: statusCallback, method: statusCallbackMethod, events: ['completed'] },
    fallback: voiceFallbackUrl === null ? null : { url: voiceFallbackUrl, method: voiceFallbackMethod },
  })
  network.clock.after(0, () => {
    if (call.isOver) return
    call.begin()
    call.startRinging()
    if (voiceUrl === null) return call.finish('failed')
    if (isFull) return call.finish('busy')
    runDocument(network, call, { url: voiceUrl, method: voiceMethod })
  })
  return call
}
