import { expect } from 'chai'

/**
 * Whether reading texts takes time in proportion to their length: all of them whole, against all of them by half. Twice
 * the text may take twice the time; a square would take four times as much. CPU time counts, whatever else the machine
 * does, and the least of three times, since it is also spent on collecting what others left; what takes less than a
 * twentieth of a second is not told from noise.
 */
export function expectProportion(read: (text: string) => unknown, texts: readonly string[]): void {
  const onceOf = (some: readonly string[]): number => {
    const began = process.cpuUsage()
    for (const text of some) read(text)
    return process.cpuUsage(began).user
  }
  const costOf = (some: readonly string[]): number => Math.min(...[1, 2, 3].map(() => onceOf(some)))
  onceOf(texts)
  const whole = costOf(texts)
  const half = costOf(texts.map((text) => text.slice(0, text.length / 2)))
  expect(whole).to.be.below(half * 3.5 + 50_000)
}
