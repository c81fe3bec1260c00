import { defineFault } from '#kit/fault'

export const MessageNotFound = defineFault('not_found', 'missing', 'There is no such message.')
