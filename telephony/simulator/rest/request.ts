import { methodOf } from '../execution.ts'
import type { Network } from '../network.ts'
import { invalid } from './errors.ts'

/** One REST request, read. `path` is as requested, with `.json`. */
export interface RestRequest {
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly form: URLSearchParams
}

/** An answer: JSON, or the sound of a recording, or nothing (204). */
export interface RestAnswer {
  readonly status: number
  readonly body?: unknown
  readonly media?: { readonly contentType: string; readonly bytes: Buffer }
}

/** One operation, carried out at once; what it starts runs after its answer. Throws `RestError`. */
export type RestHandler = (network: Network, request: RestRequest) => RestAnswer

/** Anything but `true` is false (Twilio's OpenAPI document, Participants). */
export function flag(form: URLSearchParams, name: string, usual: boolean): boolean {
  const value = form.get(name)
  return value === null ? usual : value.toLowerCase() === 'true'
}

/** A whole number within bounds; 400 / 20001 otherwise. */
export function whole(form: URLSearchParams, name: string, usual: number, least: number, most: number): number {
  const value = form.get(name)
  if (value === null || value === '') return usual
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw invalid(20001, `${name} must be a whole number from ${least} to ${most}`)
}

/** A webhook named by two parameters; null when absent or empty. 400 when it is not an absolute http URL. */
export function webhookOf(
  form: URLSearchParams,
  urlName: string,
  methodName: string,
  code = 21609,
): { url: string; method: 'GET' | 'POST' } | null {
  const url = form.get(urlName)
  if (!url) return null
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid(code, `${urlName} is not a valid URL: ${url}`)
  return { url, method: methodOf(form.get(methodName)) }
}

/** A repeated parameter; Twilio takes one value with spaces between as well. */
export function listOf(form: URLSearchParams, name: string, usual: readonly string[]): readonly string[] {
  const given = form.getAll(name).flatMap((value) => value.split(' '))
  return given.length > 0 ? given : usual
}
