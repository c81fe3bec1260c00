import { defineFault } from '#kit/fault'

/** That number, or somebody else from the same widget, is being called. */
export const CallUnderWay = defineFault(
  'call_under_way',
  'conflict',
  'Somebody is being called from here already. Try again in a minute.',
)
