import { defineFault } from '#kit/fault'

export const ContactNotFound = defineFault('not_found', 'missing', 'There is no such contact.')
/** One contact for each mobile number. */
export const ContactExists = defineFault('contact_exists', 'conflict', 'You have a contact with this number.')
export const NicknameTaken = defineFault('nickname_taken', 'conflict', 'Another contact has this nickname.')
