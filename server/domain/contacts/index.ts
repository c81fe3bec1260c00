export {
  add,
  byIds,
  byMobiles,
  count,
  edit,
  forget,
  get,
  inGroup,
  list,
  named,
  nameOf,
  portable,
  remove,
} from './contacts.ts'
export { ContactChanged } from './events.ts'
export { ContactExists, ContactNotFound, NicknameTaken } from './faults.ts'
export type { Contact, ContactChanges, ContactFilter, NewContact } from './model.ts'
