import { askChallengeBy } from '#gateways/challenges'
import { sharpPictures } from '#gateways/pictures'
import { safeFetch } from '#gateways/safe-fetch'
import type { MountedSurface } from '#kit/endpoint'
import type { Database, View } from '#kit/unit'
import { currentCursor } from '#realtime'
import { kadoinkSurface } from '#surfaces/kadoink'
import { kodmobiSurface, tryOut } from '#surfaces/kodmobi'

type KadoinkTools = Parameters<typeof kadoinkSurface>[0]

/** What the surfaces of a deployment work with, beside what they all have. */
export interface MountOptions extends Omit<KadoinkTools, 'pictures' | 'cursorOf'> {
  readonly database: Database
  /** Where the simulated phone network is controlled; null with a real carrier. */
  readonly phonesUrl: string | null
  /** Exceptions to where nothing of ours may ask, as `host:port`. */
  readonly egressAllow: readonly string[]
}

/** Every API that is spoken here. */
export function mountSurfaces({ database, phonesUrl, egressAllow, ...tools }: MountOptions): readonly MountedSurface[] {
  return [
    kadoinkSurface({
      ...tools,
      pictures: sharpPictures(),
      cursorOf: (view: View, userId: string) => currentCursor(view, `user:${userId}`),
    }),
    kodmobiSurface({
      askChallenge: askChallengeBy(safeFetch({ allow: egressAllow })),
      tryOut: phonesUrl === null ? null : tryOut(database, phonesUrl),
    }),
  ]
}
