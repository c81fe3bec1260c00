import { defineFault } from '#kit/fault'

export const GroupNotFound = defineFault('not_found', 'missing', 'There is no such group.')
/** A contact that is not the owner's, or not in the group. */
export const MemberNotFound = defineFault('not_found', 'missing', 'There is no such contact.')
/** One group for each name, however its letters are written. */
export const GroupExists = defineFault('group_exists', 'conflict', 'You have a group of this name.')
