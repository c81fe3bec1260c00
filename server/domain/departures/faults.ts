import { defineFault } from '#kit/fault'

/** What cannot be undone needs more than a token. A code that goes out with this refusal stays good. */
export const ReauthRequired = defineFault(
  'reauth_required',
  'forbidden',
  'Send your password, or a code that was just sent to you.',
  { keepsUnit: true },
)
