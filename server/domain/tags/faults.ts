import { defineFault } from '#kit/fault'

/** Unknown, or private and neither owned nor followed: both look the same. */
export const KtagNotFound = defineFault('not_found', 'missing', 'There is no such tag.')
/** The name is somebody's, or rests because it was somebody's not long ago. */
export const KtagTaken = defineFault('ktag_taken', 'conflict', 'That tag name is taken.')
export const NotKtagOwner = defineFault('not_tag_owner', 'forbidden', 'This tag belongs to somebody else.')
export const PrimaryKtag = defineFault(
  'primary_ktag',
  'conflict',
  'This is your primary tag. Make another one primary first.',
)
export const KtagRenamed = defineFault('ktag_renamed', 'conflict', 'A tag can be renamed once in 30 days.')
/** A call on the tag is running. */
export const KtagOnCall = defineFault('call_in_progress', 'conflict', 'There is a call on this tag. End it first.')
export const OwnKtag = defineFault('own_ktag', 'conflict', 'This tag is your own.')
export const NotFollowing = defineFault('not_found', 'missing', 'You do not follow this tag.')
