export type { Ktag } from './model.ts'
export { mayCall } from './policies.ts'
export { byId, byIds, byName, bySpelling, createPrimary, primariesOf, primaryOf } from './tags.ts'
