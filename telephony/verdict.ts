import { CarrierError } from './carrier.ts'

/** What a failed order means: it will not work, it was surely not done and may be tried again, or nobody knows. */
export function verdict(error: unknown): 'refused' | 'retry' | 'unknown' {
  if (!(error instanceof CarrierError)) return 'unknown'
  if (error.failure === 'busy') return 'retry'
  return error.failure === 'unknown' ? 'unknown' : 'refused'
}
