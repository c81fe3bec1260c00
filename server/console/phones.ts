/** A text on a simulated phone. */
export interface ReceivedText {
  readonly at: string
  readonly from: string
  readonly body: string
}

/** What the console shows of a simulated phone network, where there is no real phone to look at. */
export interface SimulatedPhones {
  /** What was texted to a phone, an E.164 number, oldest first. */
  textsOn(phone: string): Promise<readonly ReceivedText[]>
  /** Somebody dials us, spells a tag by its extension, and speaks. */
  leaveVoicemail(extension: string): Promise<void>
}

/** Who it is that leaves a voicemail when one is asked for. */
const STRANGER = '+15551230199'

/** The phones of the simulated network that is controlled at `controlUrl`; we are reached there by `number`. */
export function simulatedPhones(controlUrl: string, number: string): SimulatedPhones {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }
    const answer = await fetch(`${controlUrl}/handsets/${path}`, body === undefined ? {} : init)
    if (!answer.ok) throw new Error(`The simulated network answers ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    async textsOn(phone) {
      const texts = (await ask(`${encodeURIComponent(phone)}/texts`)) as readonly ReceivedText[]
      return texts.map(({ at, from, body }) => ({ at, from, body }))
    },
    async leaveVoicemail(extension) {
      const steps = [
        { press: `${extension}#` },
        { leaveVoicemail: { seconds: 4, text: 'Hi, it is me. Call me back when you can!' } },
        { hangUp: true },
      ]
      await ask(`${encodeURIComponent(STRANGER)}/dial`, { to: number, steps })
    },
  }
}
