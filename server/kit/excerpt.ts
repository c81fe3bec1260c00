/**
 * The beginning of a text: so many characters at most, all of them whole. Half of one is no text: the database takes it
 * in no event.
 */
export function beginning(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join('')
}

/** A text in one line of so many characters at most; three dots stand for the rest. */
export function excerpt(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const shown = beginning(line, most)
  return shown === line ? line : `${beginning(line, most - 3).trimEnd()}...`
}
