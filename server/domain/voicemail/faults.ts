import { defineFault } from '#kit/fault'

/** Not one of their own sounds, or not one that a phone plays. */
export const GreetingNotPlayable = defineFault(
  'validation_failed',
  'invalid',
  'A greeting is a sound of your own that can be played on the phone.',
)

/** The link of a notice is none of ours. */
export const LinkUnknown = defineFault('not_found', 'missing', 'This link does not work')
/** The link of a notice is too old, or the message is gone. */
export const LinkExpired = defineFault('link_expired', 'gone', 'This link has expired')
export const VoicemailGone = defineFault('voicemail_gone', 'gone', 'This voicemail has been deleted')
