import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/**
 * How hard a password is to guess: 0 within a thousand guesses, 1 within a million, 2 within a hundred million, 3 within
 * ten thousand million, 4 harder. Source: zxcvbn, "score".
 */
export type Strength = 0 | 1 | 2 | 3 | 4

/**
 * Characters that are looked at. The work grows with the square of the length and with the ways in which characters may
 * stand for letters; both are bounded, so that the worst password keeps the process busy for some 30 ms.
 */
const LOOKED_AT = 40
const MOST_SUBSTITUTIONS = 8

let loaded: Promise<ZxcvbnFactory> | undefined

/** Rate a password; `words` are what is known of whoever chooses it, and are guessed first. */
export async function strengthOf(password: string, words: readonly string[]): Promise<Strength> {
  loaded ??= load()
  const meter = await loaded
  const known = words
    .flatMap((word) => [word, ...word.split('@'), ...word.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word.length > 2)
  return meter.check(password.slice(0, LOOKED_AT), [...new Set(known)]).score
}

/** The dictionaries take a while and some 50 MB: they are read when the first password is chosen, not at the start. */
async function load(): Promise<ZxcvbnFactory> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  return new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: MOST_SUBSTITUTIONS,
  })
}
