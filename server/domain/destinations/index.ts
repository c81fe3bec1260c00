export { assertReachable, blockAround, blockedUntil, reachableAmong } from './destinations.ts'
export { CountryNotSupported, NumberNotSupported, unreachable } from './faults.ts'
