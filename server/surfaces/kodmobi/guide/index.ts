import type { Guide } from '#kit/guide'
import { asking } from './asking.ts'
import { basics } from './basics.ts'
import { servers } from './servers.ts'

/** What a developer reads before the reference. */
export const guide: Guide = (facts) => [...basics(facts), ...asking(facts), ...servers(facts)]
