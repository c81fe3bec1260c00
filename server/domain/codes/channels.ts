import type { Realm } from '#domain/realms'
import { isOptedOut } from '#domain/texts'
import { type Channel, freeAt, sentTo } from '#domain/verification'
import { secondsUntil } from '#kit/clock'
import type { View } from '#kit/unit'
import type { Destination } from './destination.ts'
import { ProjectHasNoChannel, ProjectHasNoChannels, UserNotAuthorizedOnChannel } from './faults.ts'
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
  const fitting = channels
    .filter((channel) => isThere(view, channel))
    .filter((channel) => asked === null || reaches(channel, asked.kind))
  const sends = asked === null ? [] : await sentTo(view, realm.id, asked.destination)
  const telegram = fitting.includes('telegram') ? await telegramReach(view, asked?.destination ?? null) : null
  const isStopped = asked !== null && fitting.includes('sms') && (await isOptedOut(view, asked.destination))
  return fitting.map((type) => {
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
 * else WhatsApp, else the realm's first that reaches them. Throws `ProjectHasNoChannels`, `ProjectHasNoChannel`,
 * `UserNotAuthorizedOnChannel`.
 */
export function chooseChannel(
  states: readonly ChannelState[],
  wanted: Channel | null | undefined,
  { uses }: Recipient,
): ChannelState {
  if (states.length === 0) throw ProjectHasNoChannels()
  const asked = wanted ? states.filter(({ type }) => type === wanted) : states
  const [first] = asked
  if (!first) throw ProjectHasNoChannel()
  const active = asked.filter(({ isActive }) => isActive)
  const usesOf = (state: ChannelState) => uses.get(state.type) ?? 0
  const [mostUsed] = active.filter((state) => usesOf(state) > 0).sort((a, b) => usesOf(b) - usesOf(a))
  const chosen = mostUsed ?? active.find(({ type }) => type === 'whatsapp') ?? active[0]
  if (!chosen) throw UserNotAuthorizedOnChannel({ details: { link: first.link } })
  return chosen
}

/** Without a number on WhatsApp, or a bot on Telegram, nothing goes there, whatever a project says. */
function isThere({ site }: View, channel: Channel): boolean {
  if (channel === 'whatsapp') return site.whatsAppNumber !== null
  return channel !== 'telegram' || site.telegramLink !== null
}

function reaches(channel: Channel, kind: Kind): boolean {
  return (channel === 'email') === (kind === 'email')
}
