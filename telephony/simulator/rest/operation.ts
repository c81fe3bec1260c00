import type { Network } from '../network.ts'
import type { ParameterTable } from './parameters.ts'
import type { RestHandler } from './request.ts'

/**
 * One operation of the REST API: where it answers, which parameters it knows, and what it does. The ids, paths and
 * parameters are those of Twilio's published OpenAPI document, 2010-04-01.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Beneath `/2010-04-01/Accounts`, with `{Names}`. */
  readonly path: string
  readonly query?: ParameterTable
  readonly form?: ParameterTable
  readonly handle: RestHandler
  /** What Twilio says to a parameter that belongs elsewhere; null for one that is merely unknown. */
  readonly misplaced?: (name: string) => string | null
}

/** The operations of one resource, by id. */
export type Operations = Readonly<Record<string, Operation>>

/** Twilio ignores parameters it does not know, and guesses at values that make no sense; a test should not. */
export function reportStrangers(
  network: Network,
  id: string,
  { query = {}, form = {}, misplaced }: Operation,
  given: { readonly query: URLSearchParams; readonly form: URLSearchParams },
): void {
  const judge = (noun: string, table: ParameterTable, params: URLSearchParams) => {
    for (const name of new Set(params.keys())) {
      const kind = table[name]
      if (!kind) network.journal.violation(misplaced?.(name) ?? `unknown ${noun} '${name}' on ${id}`)
      const wrong = params.getAll(name).find((value) => value !== '' && kind?.(value) === false)
      if (wrong !== undefined) network.journal.violation(`${noun} '${name}' on ${id} cannot be '${wrong}'`)
    }
  }
  judge('query parameter', query, given.query)
  judge('parameter', form, given.form)
}
