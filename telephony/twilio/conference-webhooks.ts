import * as signals from '../leg-signals.ts'
import type { Route } from './route.ts'

/**
 * What happens in a room. Joining is not believed here: a person has joined when they pressed 1, which the carrier
 * asks us about and so cannot lose.
 */
const conference: Route = async ({ database }, { form }) => {
  const leg = form.get('ParticipantLabel') ?? ''
  const sequence = Number(form.get('SequenceNumber') ?? 0)
  const receipt = `conference ${form.get('ConferenceSid')} ${sequence}`
  const event = form.get('StatusCallbackEvent')
  switch (event) {
    case 'participant-leave':
      return (await signals.roomChanged(database, receipt, leg, { kind: 'left' })) ? 'heard' : 'duplicate'
    case 'participant-mute':
    case 'participant-unmute': {
      const change = { kind: 'muted', muted: event === 'participant-mute', sequence } as const
      return (await signals.roomChanged(database, receipt, leg, change)) ? 'heard' : 'duplicate'
    }
    default:
      return 'heard'
  }
}

export const conferenceRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/conference': conference,
}
