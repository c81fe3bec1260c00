export { diskBlobs } from './disk.ts'
export { postgresBlobs } from './postgres.ts'
export { objectBlobs } from './s3.ts'
