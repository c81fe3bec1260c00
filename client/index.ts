export type { Answer } from './answers.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export type { Clock } from './clock.ts'
export { KadoinkError, KadoinkNetworkError, KadoinkTimeoutError } from './errors.ts'
export type { CallOptions, Gives, Method, Path } from './operations.ts'
/** What the API speaks of, by the names of its reference: `Kadoink.Call`. */
export type * as Kadoink from './reference.ts'
