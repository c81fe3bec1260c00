import type { Contact } from '#domain/contacts'

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
  return `${shortened(list, LONGEST_LIST)}${hasMore ? ' MORE' : ''}`
}

/** A text in one line of so many characters at most; three dots stand for the rest. */
export function shortened(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length <= most
    ? line
    : `${letters
        .slice(0, most - 3)
        .join('')
        .trimEnd()}...`
}
