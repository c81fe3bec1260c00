import { defineFault } from '#kit/fault'

/** Unknown, or somebody else's. */
export const HandleNotFound = defineFault('not_found', 'missing', 'There is no such IM handle.')
/** The same name on the same network, however it is capitalised. */
export const HandleExists = defineFault('already_exists', 'conflict', 'You have that IM handle already.')
