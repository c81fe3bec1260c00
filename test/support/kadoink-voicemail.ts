import type { Answer, Person } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

const LETTERS = { 2: 'abc', 3: 'def', 4: 'ghi', 5: 'jkl', 6: 'mno', 7: 'pqrs', 8: 'tuv', 9: 'wxyz', 0: '_' }

/** How a name is typed on a telephone keypad. */
export function onKeypad(name: string): string {
  const keys = Object.entries(LETTERS)
  return [...name].map((letter) => keys.find(([, letters]) => letters.includes(letter))?.[0] ?? letter).join('')
}

/** Each of these phones dials a person's *tag and leaves a voicemail; all of them are in the inbox when this resolves. */
export async function leaveVoicemail(world: World, to: Person, phones: readonly string[]): Promise<void> {
  for (const phone of phones) {
    world.carrier.handset(phone).dial(ACCOUNT.number, {
      steps: [
        { press: `${onKeypad(to.username)}#` },
        { leaveVoicemail: { seconds: 5, text: `Hi ${to.username}` } },
        { hangUp: true },
      ],
    })
  }
  await world.pass(60)
}

/** Follow a list to its end, page by page; `next` gives the query of the page after one. */
export async function allPages(
  person: Person,
  path: string,
  next: (pages: readonly Answer[]) => string,
): Promise<readonly Answer[]> {
  const pages: Answer[] = []
  do {
    pages.push(await person.get(`${path}?${next(pages)}`))
  } while (pages.at(-1)?.body.has_more && pages.length < 20)
  return pages
}
