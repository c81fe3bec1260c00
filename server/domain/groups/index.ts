export { GroupChanged } from './events.ts'
export { GroupExists, GroupNotFound, MemberNotFound } from './faults.ts'
export {
  addMember,
  count,
  create,
  edit,
  forget,
  get,
  keep,
  list,
  named,
  ofContact,
  remove,
  removeMember,
} from './groups.ts'
export type { Group, GroupChanges } from './model.ts'
export { GroupNameSchema } from './rules.ts'
