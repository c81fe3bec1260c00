export type { Ktag } from './model.ts'
export { byId, bySpelling, createPrimary, primaryOf } from './tags.ts'
