import { measure } from './alphabet.ts'

const MORE = ' MORE'
/** What has no spaces is cut here: so much fits whatever letters it is written in. */
const LONGEST_WORD = 60

/** A text in so many segments at most; `MORE` stands for what is left out, from a whole word on. */
export function fitted(text: string, mostSegments: number): string {
  const fits = (part: string) => measure(part).segments <= mostSegments
  if (fits(text)) return text
  let end = text.length - 1
  while (end > 0 && !fits(text.slice(0, end) + MORE)) end = text.lastIndexOf(' ', end - 1)
  return end > 0 ? text.slice(0, end).replace(/[\s,;]+$/, '') + MORE : [...text].slice(0, LONGEST_WORD).join('') + MORE
}
