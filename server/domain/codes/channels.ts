import type { Realm } from '#domain/realms'
import { isOptedOut } from '#domain/texts'
import { type Channel, freeAt, sentTo } from '#domain/verification'
import { secondsUntil } from '#kit/clock'
import type { View } from '#kit/unit'
import type { Destination } from './destination.ts'
import { ProjectHasNoChannel, ProjectHasNoChannels, SentTooEarly, UserNotAuthorizedOnChannel } from './faults.ts'
import { type ChannelState, type Kind, policyOf } from './model.ts'
import type { Recipient } from './store.ts'
import { telegramReach } from './telegram.ts'

/**
 * The channels of a realm that this deployment has and that can reach a destination, in the realm's order, and how each
 * stands; of all, without a destination.
 */
export async function channelStates(
  view: View,
  realm: Realm,
  asked: Destination | null,
): Promise<readonly ChannelState[]> {
  const { channels } = realm.settings
  const there = channels
    .filter((channel) => isThere(view, channel))
    .filter((channel) => asked === null || reaches(channel, asked.kind))
  const sends = asked === null ? [] : await sentTo(view, realm.id, asked.destination)
  const telegram = there.includes('telegram') ? await telegramReach(view, asked?.destination ?? null) : null
  const isStopped = asked !== null && there.includes('sms') && (await isOptedOut(view, asked.destination))
  return there.map((type) => {
    const free = freeAt(view.now, sends, type, policyOf(realm))
    return {
      type,
      isActive: type === 'telegram' ? telegram?.isActive === true : type !== 'sms' || !isStopped,
      timeoutSeconds: free ? secondsUntil(view.now, free) : 0,
      link: type === 'telegram' && !telegram?.isActive ? (telegram?.link ?? null) : null,
      position: channels.indexOf(type) + 1,
    }
  })
}

/**
 * The channel that a code goes by: the one that is asked for, else the one by which most codes have come back from them,
 * else WhatsApp, else the realm's first that reaches them; null while none does. Throws `ProjectHasNoChannels`,
 * `ProjectHasNoChannel`.
 */
export function chooseChannel(
  states: readonly ChannelState[],
  wanted: Channel | null | undefined,
  { uses }: Recipient,
): ChannelState | null {
  const active = fitting(states, wanted).filter(({ isActive }) => isActive)
  const usesOf = (state: ChannelState) => uses.get(state.type) ?? 0
  const [mostUsed] = active.filter((state) => usesOf(state) > 0).sort((a, b) => usesOf(b) - usesOf(a))
  return mostUsed ?? active.find(({ type }) => type === 'whatsapp') ?? active[0] ?? null
}

/**
 * The same for a code that is to go now. Throws also `UserNotAuthorizedOnChannel` while no channel reaches them, and
 * `SentTooEarly` while the channel waits.
 */
export function readyChannel(
  states: readonly ChannelState[],
  wanted: Channel | null | undefined,
  recipient: Recipient,
): ChannelState {
  const chosen = chooseChannel(states, wanted, recipient)
  if (!chosen) {
    const [first] = fitting(states, wanted)
    throw UserNotAuthorizedOnChannel({ details: { link: first?.link ?? null } })
  }
  if (chosen.timeoutSeconds > 0) throw SentTooEarly({ retryAfterSeconds: chosen.timeoutSeconds })
  return chosen
}

function fitting(states: readonly ChannelState[], wanted: Channel | null | undefined): readonly ChannelState[] {
  if (states.length === 0) throw ProjectHasNoChannels()
  const asked = wanted ? states.filter(({ type }) => type === wanted) : states
  if (asked.length === 0) throw ProjectHasNoChannel()
  return asked
}

/** Without a number on WhatsApp, or a bot on Telegram, nothing goes there, whatever a project says. */
function isThere({ site }: View, channel: Channel): boolean {
  if (channel === 'whatsapp') return site.whatsAppNumber !== null
  return channel !== 'telegram' || site.telegramLink !== null
}

function reaches(channel: Channel, kind: Kind): boolean {
  return (channel === 'email') === (kind === 'email')
}
