export { callGridLater, callLater, perform, postLater } from './errands.ts'
