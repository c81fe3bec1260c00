import { Call } from './call.ts'
import type { VoiceNetwork } from './execution.ts'
import { runDocument } from './interpreter.ts'
import type { Phone } from './line.ts'
import type { OwnNumber } from './own-number.ts'

/** A person calls one of our numbers: the voice URL is asked while it rings. */
export function startInboundCall(network: VoiceNetwork, phone: Phone, number: OwnNumber): Call {
  const { voiceUrl, voiceMethod, voiceFallbackUrl, voiceFallbackMethod, statusCallback, statusCallbackMethod } = number
  const call = new Call(network, {
    direction: 'inbound',
    from: phone.phone,
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
    if (voiceUrl === null) return call.finish('failed', 404)
    runDocument(network, call, { url: voiceUrl, method: voiceMethod })
  })
  return call
}
