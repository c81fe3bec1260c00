/** Writes the demo to the terminal, each line with the seconds since the beginning. */
export class Story {
  readonly #began = performance.now()

  chapter(title: string): void {
    process.stdout.write(`\n${title}\n`)
  }

  tell(sentence: string): void {
    process.stdout.write(`${this.#clock()}  ${sentence}\n`)
  }

  /** An event as the app hears it. */
  event(event: string, facts: string): void {
    process.stdout.write(`${this.#clock()}    » ${event.padEnd(26)} ${facts}\n`)
  }

  end(): void {
    process.stdout.write(`\nDone in ${Math.round((performance.now() - this.#began) / 1000)} s.\n`)
  }

  #clock(): string {
    return `${((performance.now() - this.#began) / 1000).toFixed(1).padStart(5)} s`
  }
}
