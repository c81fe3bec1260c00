import * as signals from '../leg-signals.ts'
import type { Route, WebhookContext } from './route.ts'

/** What each change of somebody in a room means. */
const CHANGES: Readonly<Record<string, { readonly muted?: boolean; readonly onHold?: boolean }>> = {
  'participant-mute': { muted: true },
  'participant-unmute': { muted: false },
  'participant-hold': { onHold: true },
  'participant-unhold': { onHold: false },
}

const SPEECH: ReadonlyMap<string, boolean> = new Map([
  ['participant-speech-start', true],
  ['participant-speech-stop', false],
])

/**
 * What happens in a room. That somebody joins is not believed here: a person has joined when they pressed 1, which the
 * carrier asks us about and so cannot lose. It only says how they came in: heard or not, or
 * when their call was over.
 */
const conference: Route = async (context, { form }) => {
  const leg = form.get('ParticipantLabel') ?? ''
  const isSpeaking = SPEECH.get(form.get('StatusCallbackEvent') ?? '')
  if (isSpeaking !== undefined) return spoke(context, leg, { isSpeaking, sequence: sequenceOf(form) })
  const change = changeOf(form)
  if (!change) return 'heard'
  const receipt = `conference ${form.get('ConferenceSid')} ${form.get('SequenceNumber') ?? 0}`
  return (await signals.roomChanged(context.database, receipt, leg, change)) ? 'heard' : 'duplicate'
}

function changeOf(form: URLSearchParams): signals.RoomChange | null {
  const event = form.get('StatusCallbackEvent') ?? ''
  if (event === 'participant-leave') return { kind: 'left' }
  const place = { sequence: sequenceOf(form), at: timeOf(form) }
  if (event === 'participant-join') {
    const state = { muted: form.get('Muted') === 'true', onHold: form.get('Hold') === 'true' }
    return { kind: 'joined', report: { ...state, ...place } }
  }
  const state = CHANGES[event]
  return state ? { kind: 'changed', report: { ...state, ...place } } : null
}

/** Words come and go quickly: they leave no receipt, later ones simply win. */
async function spoke(
  { database, speech }: WebhookContext,
  leg: string,
  report: { readonly isSpeaking: boolean; readonly sequence: number },
): Promise<'heard'> {
  const callId = await signals.spoke(database, leg, report)
  if (callId !== null) speech.changed(callId)
  return 'heard'
}

function sequenceOf(form: URLSearchParams): number {
  return Number(form.get('SequenceNumber')) || 0
}

/** When it happened, by the carrier's clock. */
function timeOf(form: URLSearchParams): Date | null {
  const at = new Date(form.get('Timestamp') ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at
}

export const conferenceRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/conference': conference,
}
