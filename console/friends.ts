/** Somebody whom a newcomer may call. */
export interface Friend {
  readonly name: string
  readonly mobile: string
  /** What their phone does; its last four digits say so (`docs/phone-network.md`). */
  readonly does: string
}

/** Phones of the simulated network, one of each kind. */
export const FRIENDS: readonly Friend[] = [
  { name: 'Cleo', mobile: '+15551230101', does: 'answers' },
  { name: 'Gus', mobile: '+15551230102', does: 'answers too' },
  { name: 'Dan', mobile: '+15551230002', does: 'is busy' },
  { name: 'Finn', mobile: '+15551230005', does: 'declines' },
  { name: 'Eve', mobile: '+15551230003', does: 'never answers' },
]
