export type { Ktag } from './model.ts'
export { byId, byIds, byName, bySpelling, createPrimary, primariesOf, primaryOf } from './tags.ts'
