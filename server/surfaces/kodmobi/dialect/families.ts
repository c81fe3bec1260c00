/** Where messages are created, sent and checked, in an envelope: the page's own address first. */
export const MESSAGES = ['/api/v2', '/api/v1', '/v1'] as const

/** Where sessions are, without an envelope. */
export const SESSIONS = ['/session', '/v2'] as const

/** Where the project's settings are. */
export const SETTINGS = ['/v2'] as const

/** Where the project's own server asks, without an envelope. */
export const SERVERS = [''] as const

/** What of the base paths is this API's: what nobody answers there is refused in its words. */
export const MOUNTS = [
  '/api/v2',
  '/api/v1/message',
  '/api/v1/channel',
  '/v1',
  '/session',
  '/v2',
  '/verify',
  '/manual',
] as const

const BARE = ['/session', '/v2', '/verify', '/manual'] as const

/** Whether a path is of a family without an envelope. */
export function isBare(path: string): boolean {
  return BARE.some((mount) => path === mount || path.startsWith(`${mount}/`))
}
