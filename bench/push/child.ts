import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process of the benchmark's that does what it is asked, one thing after the other. */
export class Child {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Start one of the files beside this; what it answers first is its greeting. */
  static async start<Greeting>(
    file: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<{ child: Child; greeting: Greeting }> {
    const { PATH = '', HOME = '' } = process.env
    const started = fork(new URL(file, import.meta.url), {
      env: { PATH, HOME, ...environment },
      execArgv: [...process.execArgv, '--expose-gc'],
    })
    const [greeting] = await once(started, 'message')
    return { child: new Child(started), greeting }
  }

  /** Ask for something and wait for the answer. */
  async ask<Answer>(what: unknown): Promise<Answer> {
    const over = new AbortController()
    const { signal } = over
    const ended = once(this.#process, 'exit', { signal }).then(([code]) => {
      throw new Error(`A process of the benchmark ended with ${code}.`)
    })
    const answered = once(this.#process, 'message', { signal })
    this.#process.send(what as object)
    const [answer] = (await Promise.race([answered, ended])) as [Answer]
    ended.catch(() => {})
    over.abort()
    return answer
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}

/** Answer what the parent asks, and greet it. */
export function serve<Asked>(greeting: unknown, answer: (asked: Asked) => Promise<unknown>): void {
  process.on('message', (asked) => {
    void answer(asked as Asked).then((reply) => process.send?.(reply ?? {}))
  })
  process.send?.(greeting ?? {})
}
