import { z } from 'zod'
import { ensureTrial } from '#domain/realms'
import type { Database } from '#kit/unit'
import type { ReceivedMessage, TryOut } from '../pages/try.ts'

const Received = z.array(z.object({ at: z.string(), from: z.string(), body: z.string() }))

/** What the page for trying out needs of a simulated phone network, which is controlled at `phonesUrl`. */
export function tryOut(database: Database, phonesUrl: string): TryOut {
  const read = async (phone: string, what: 'texts' | 'whatsapps', by: ReceivedMessage['by']) => {
    const answer = await fetch(`${phonesUrl}/handsets/${encodeURIComponent(phone)}/${what}`)
    return Received.parse(await answer.json()).map(({ at, from, body }) => ({
      at,
      by,
      from: from.replace('whatsapp:', ''),
      body,
    }))
  }
  return {
    trial: () => database.write(ensureTrial),
    async messagesOn(phone) {
      const received = await Promise.all([read(phone, 'texts', 'SMS'), read(phone, 'whatsapps', 'WhatsApp')])
      return received.flat().sort((a, b) => a.at.localeCompare(b.at))
    },
  }
}
