export {
  add,
  addNamed,
  byIds,
  count,
  edit,
  forget,
  get,
  inGroup,
  known,
  list,
  named,
  nameOf,
  portable,
  remove,
} from './contacts.ts'
export { ContactChanged } from './events.ts'
export { ContactExists, ContactNotFound, NicknameTaken } from './faults.ts'
export type { Contact, ContactChanges, ContactFilter, KnownContact, NewContact } from './model.ts'
export { NicknameSchema } from './rules.ts'
