export { add, byMobiles, edit, get, list, nameOf, remove } from './contacts.ts'
export { ContactChanged } from './events.ts'
export { ContactExists, ContactNotFound, NicknameTaken } from './faults.ts'
export type { Contact, ContactChanges, NewContact } from './model.ts'
