export { diskBlobs } from './disk.ts'
export { postgresBlobs } from './postgres.ts'
