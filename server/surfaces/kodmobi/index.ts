import type { AskChallenge } from '#gateways/challenges'
import type { MountedSurface } from '#kit/endpoint'
import { challengedBy } from './dialect/challenge.ts'
import * as manual from './endpoints/manual.ts'
import { messageEndpoints } from './endpoints/messages.ts'
import { sessionEndpoints } from './endpoints/sessions.ts'
import * as verify from './endpoints/verify.ts'
import { guide } from './guide/index.ts'
import { icons } from './pages/icons.ts'
import { type TryOut, tryPages } from './pages/try.ts'
import { kodmobi } from './surface.ts'

export { tryOut } from './try/try-out.ts'

/** What the surface needs of other rooms. */
export interface KodmobiTools {
  /** Asks whether a visitor has passed the challenge of a project. */
  readonly askChallenge: AskChallenge
  /** What the page for trying out needs; null where no phones are simulated, and then there is no such page. */
  readonly tryOut: TryOut | null
}

/** The kod.mobi API with everything it answers. */
export function kodmobiSurface({ askChallenge, tryOut }: KodmobiTools): MountedSurface {
  const challenged = challengedBy(askChallenge)
  return {
    surface: kodmobi,
    endpoints: [
      ...messageEndpoints(challenged),
      ...sessionEndpoints(challenged),
      ...Object.values(verify),
      ...Object.values(manual),
    ],
    pages: [icons, ...(tryOut ? tryPages(tryOut) : [])],
    guide,
  }
}
