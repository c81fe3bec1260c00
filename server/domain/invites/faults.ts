import { defineFault } from '#kit/fault'

/** Unknown, or somebody else's: both look the same. */
export const InviteNotFound = defineFault('not_found', 'missing', 'There is no such invite.')
export const AlreadyAccepted = defineFault('already_accepted', 'conflict', 'That invite has been accepted.')
/** Somebody, whoever it was, has invited this address less than 30 days ago. */
export const AlreadyInvited = defineFault(
  'already_invited',
  'conflict',
  'This address has been invited already. It gets one invite in 30 days at most.',
)
/** Whoever holds this address has an account, and no tag was named that they could follow. */
export const AlreadyMember = defineFault('already_member', 'conflict', 'They are on Kadoink already.')
export const AlreadyFollowing = defineFault('already_following', 'conflict', 'They follow this tag already.')
/** The phone has texted STOP, the mailbox has been unsubscribed, or its holder does not want to hear from the sender. */
export const RecipientOptedOut = defineFault('recipient_opted_out', 'conflict', 'This address wants no invites.')

/** The link is none of ours. */
export const InviteUnknown = defineFault('not_found', 'missing', 'This link does not work')
/** Accepted, taken back, or too old: whoever opens the link is told no more than that. */
export const InviteClosed = defineFault('invite_closed', 'gone', 'This invite is not open any more')
