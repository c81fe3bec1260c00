export { assertReachable, blockAround, blockedUntil, isReachable } from './destinations.ts'
export { CountryNotSupported, NumberNotSupported, unreachable } from './faults.ts'
