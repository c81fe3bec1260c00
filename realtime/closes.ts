/** Why a socket is closed: the code on the wire, and the words that go with it. The client's part is in the words. */
export interface Close {
  readonly code: number
  readonly reason: string
}

/** Every reason for which we close a socket. */
export const closes = {
  goingAway: { code: 1001, reason: 'Going away.' },
  tooLarge: { code: 1009, reason: 'That frame is too large.' },
  restart: { code: 1012, reason: 'Restarting: come back after retry_after_ms.' },
  badFrame: { code: 4400, reason: 'That frame is not of this protocol.' },
  signIn: { code: 4401, reason: 'The token is missing, invalid, expired or revoked: sign in.' },
  gate: { code: 4403, reason: 'This account may not connect: go to the gate.' },
  noAuth: { code: 4408, reason: 'No token came in time: reconnect.' },
  replaced: { code: 4409, reason: 'Replaced by a newer connection: do not reconnect.' },
  tooSlow: { code: 4413, reason: 'Too slow: reconnect and resume.' },
  tooMany: { code: 4429, reason: 'Too many frames: wait 30 seconds.' },
  serverFault: { code: 4500, reason: 'Something went wrong on our side: back off.' },
} as const satisfies Record<string, Close>

const OURS = new Set<number>([1000, 1005, 1006, ...Object.values(closes).map(({ code }) => code)])

/** A close code as a metric's label; a client may write any number, a label may not be any number. */
export function closeLabel(code: number): string {
  return OURS.has(code) ? String(code) : 'other'
}
