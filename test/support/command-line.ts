import { commandLine } from '#server/command-line'

/** What a command of an operator has answered. */
export interface Answered {
  readonly code: number
  readonly out: string
  readonly err: string
}

/**
 * Carry out `kadoink <words>` in an environment, without the seconds that a process of its own takes to load; that the
 * process does the same is shown where it is started as the Procfile says.
 */
export async function kadoink(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Answered> {
  const out: string[] = []
  const err: string[] = []
  const code = await commandLine(words, environment, {
    out: async (text) => void out.push(text),
    err: async (text) => void err.push(text),
  })
  return { code, out: out.join(''), err: err.join('') }
}
