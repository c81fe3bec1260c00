import type { Guide } from '#kit/guide'
import { basics } from './basics.ts'
import { commands } from './commands.ts'
import { refusals } from './refusals.ts'
import { signingIn } from './signing-in.ts'
import { things } from './things.ts'

/** What a developer reads before the reference. */
export const guide: Guide = (facts) => [
  ...basics(facts),
  ...signingIn(facts),
  ...refusals(facts),
  ...things(facts),
  commands(facts),
]
