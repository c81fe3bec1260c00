import type { IncomingMessage } from 'node:http'

/**
 * Whether a request names this machine as what it is. A name on the web can be made to lead to loopback, through the
 * browser of whoever looks at a page there: who comes by such a name is not from here.
 */
export function namesLoopback({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')
}
