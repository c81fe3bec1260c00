export { GroupChanged } from './events.ts'
export { GroupExists, GroupNotFound, MemberNotFound } from './faults.ts'
export { addMember, create, edit, forget, get, keep, list, ofContact, remove, removeMember } from './groups.ts'
export type { Group, GroupChanges } from './model.ts'
