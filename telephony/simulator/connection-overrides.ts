/** Twilio: "Webhooks (HTTP callbacks): connection overrides". Times in milliseconds. */
export interface ConnectionOverrides {
  readonly connectTimeout: number
  readonly readTimeout: number
  readonly totalTimeout: number
  readonly retries: number
  readonly policy: readonly string[]
}

/** What can go wrong with one try, in the words of the `rp` key: no connection, no answer, a 4xx, a 5xx. */
export type TryFault = 'ct' | 'rt' | '4xx' | '5xx'

/** Read `#rc=3&rp=all` and its kin; absent or out of range means the default. */
export function connectionOverrides(fragment: string): ConnectionOverrides {
  const given = new URLSearchParams(fragment.replace(/^#/, ''))
  const number = (key: string, least: number, most: number, usual: number) => {
    const value = Number(given.get(key) ?? Number.NaN)
    return Number.isInteger(value) && value >= least && value <= most ? value : usual
  }
  return {
    connectTimeout: number('ct', 100, 10_000, 5000),
    readTimeout: number('rt', 100, 15_000, 15_000),
    totalTimeout: number('tt', 100, 15_000, 15_000),
    retries: number('rc', 0, 5, 1),
    policy: (given.get('rp') ?? 'ct').split(','),
  }
}

/** Is a request that went wrong in this way made again? */
export function mayRetry(fault: TryFault | null, { policy }: ConnectionOverrides): boolean {
  return fault !== null && (policy.includes('all') || policy.includes(fault))
}
