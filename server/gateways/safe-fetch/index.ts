export { isPublic, readTarget, type Target } from './addresses.ts'
export {
  EgressError,
  type SafeAnswer,
  type SafeFetch,
  type SafeFetchOptions,
  type SafeRequest,
  safeFetch,
} from './safe-fetch.ts'
