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
  letGo,
  list,
  named,
  ofContact,
  portable,
  remove,
  removeMember,
} from './groups.ts'
export type { Group, GroupChanges } from './model.ts'
export { GroupNameSchema } from './rules.ts'
