import { createHash } from 'node:crypto'
import { PlanLimitReached } from '#domain/billing'
import { TimeInPast } from '#domain/schedule'
import { CommandBook } from '#kit/command'
import { type FaultType, ValidationFailed } from '#kit/fault'
import { AmbiguousTarget, CommandNotUnderstood, TargetNotFound } from './faults.ts'
import { guideOf } from './guide.ts'
import type { CommandOf, Given, Outcome } from './model.ts'
import * as account from './verbs/account.ts'
import * as calls from './verbs/calls.ts'
import * as contacts from './verbs/contacts.ts'
import * as events from './verbs/events.ts'
import * as follows from './verbs/follows.ts'
import * as grid from './verbs/grid.ts'
import * as groups from './verbs/groups.ts'
import * as help from './verbs/help.ts'
import * as inbox from './verbs/inbox.ts'
import * as invites from './verbs/invites.ts'
import * as messages from './verbs/messages.ts'
import * as schedule from './verbs/schedule.ts'
import * as tags from './verbs/tags.ts'

/** Everything that can be written; the order is that of the guide, and by the alphabet within a subject. */
const verbs: readonly Readonly<Record<string, CommandOf>>[] = [
  messages,
  inbox,
  follows,
  tags,
  calls,
  grid,
  schedule,
  contacts,
  groups,
  events,
  invites,
  account,
  help,
]

/** All commands. */
export const book = new CommandBook<Given, Outcome>(
  verbs.flatMap((file) => Object.values(file).sort((one, other) => (one.verb < other.verb ? -1 : 1))),
)

/** Everything that a command may be refused with. */
export const refusals: readonly FaultType[] = [
  ...new Set([
    CommandNotUnderstood,
    AmbiguousTarget,
    TargetNotFound,
    TimeInPast,
    PlanLimitReached,
    ValidationFailed,
    ...book.commands.flatMap(({ faults = [] }) => faults),
  ]),
]

/** How all of it is written. */
export const guide = guideOf(book)

/** Another one whenever something can be written otherwise than before. */
export const version = createHash('sha256').update(JSON.stringify(guide)).digest('hex').slice(0, 12)
