import type { Contact } from '#domain/contacts'

/** So many are named in one reply. */
export const MOST_LISTED = 10

/** What a contact is called in a reply: by nickname, as they can be written to. */
export function called({ name, nickname }: Contact): string {
  return nickname === null ? name : `${name} @${nickname}`
}

/** Several things one after the other; `MORE` where there are more. */
export function listed(things: readonly string[], hasMore: boolean): string {
  return `${things.join(', ')}${hasMore ? ' MORE' : ''}`
}
