/** A text on a simulated phone. */
export interface ReceivedText {
  readonly at: string
  readonly from: string
  readonly body: string
}

/** A letter in this machine's mailbox. */
export interface Letter {
  readonly to: string
  readonly subject: string
}

/** What was texted to a simulated phone, newest first. */
export async function textsOn(number: string): Promise<readonly ReceivedText[]> {
  const { items } = await ask<{ items: readonly ReceivedText[] }>(`/console/phone?${new URLSearchParams({ number })}`)
  return items.toReversed()
}

/** The letters in this machine's mailbox, newest first. */
export async function letters(): Promise<readonly Letter[]> {
  return (await ask<{ items: readonly Letter[] }>('/dev/mail')).items
}

/** Have somebody dial us, spell the tag with this extension, and speak. */
export async function haveVoicemailLeft(extension: string): Promise<void> {
  const answer = await fetch('/console/phone/voicemail', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ extension }),
  })
  if (!answer.ok) throw new Error('The simulated phone network does not answer.')
}

/** A number as the phone network writes it. */
export function e164(number: string): string {
  const digits = number.replace(/[^\d+]/g, '')
  if (digits.startsWith('+')) return digits
  return digits.length === 10 ? `+1${digits}` : `+${digits}`
}

async function ask<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error('The simulated phone network does not answer.')
  return (await answer.json()) as Answer
}
