import { defineFault } from '#kit/fault'

/** The phone has texted STOP; nothing is sent to it until it texts START. */
export const SmsOptedOut = defineFault(
  'sms_opted_out',
  'conflict',
  'This number has opted out of our texts. Text START from it, then try again.',
)
