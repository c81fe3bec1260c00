import type { Contact } from '#domain/contacts'
import { excerpt } from '#kit/excerpt'

/** So many are named in one reply. */
export const MOST_LISTED = 10

/** What a contact is called in a reply: by nickname, as they can be written to. */
export function called({ name, nickname }: Contact): string {
  return nickname === null ? name : `${name} @${nickname}`
}

/** A list in a reply has so many characters at most, so that two texts hold the whole. */
const LONGEST_LIST = 250

/** Several things one after the other, as many as two texts hold; `MORE` where there are more. */
export function listed(things: readonly string[], hasMore: boolean, between = ', '): string {
  let list = ''
  for (const thing of things) {
    const longer = list === '' ? thing : `${list}${between}${thing}`
    if (longer.length > LONGEST_LIST && list !== '') return `${list} MORE`
    list = longer
  }
  return `${excerpt(list, LONGEST_LIST)}${hasMore ? ' MORE' : ''}`
}
