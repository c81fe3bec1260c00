import type { Operations } from './reference.ts'

/** The methods of the API. */
export type Method = keyof Operations

/** The paths that a method is answered on. */
export type Path<M extends Method> = keyof Operations[M] & string

/** What every request takes beside what is asked. */
export interface CallOptions {
  /** Gives the request up, with all its tries. */
  readonly signal?: AbortSignal | undefined
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs?: number | undefined
}

type Part<M extends Method, P extends Path<M>, Name extends string> =
  Operations[M][P] extends Record<Name, infer What> ? What : never

/** What an operation gives. */
export type Gives<M extends Method, P extends Path<M>> = Part<M, P, 'gives'>

/** What an operation is asked with: options that may be left out when there is nothing it must be told. */
export type Asks<M extends Method, P extends Path<M>> =
  Record<never, never> extends Part<M, P, 'asks'>
    ? [options?: Part<M, P, 'asks'> & CallOptions]
    : [options: Part<M, P, 'asks'> & CallOptions]
