export { diskBlobs } from './disk.ts'
