/** What the world outside the server does: phones of the simulated network, and the local mailbox. */
export class Phones {
  readonly #base: string
  readonly #control: string
  /** Kadoink's own number. */
  readonly number = '+15005550006'

  constructor(base: string, control: string) {
    this.#base = base
    this.#control = control
  }

  /** Find the phones of a server. Throws with advice when it has none. */
  static async of(base: string): Promise<Phones> {
    const answer = await fetch(`${base}/dev/phones`).catch(() => null)
    if (!answer) throw new Error(`no server answers at ${base}. Start one with "npm start", then run the demo again.`)
    if (!answer.ok) throw new Error('this server has a real carrier; the demo only plays with the simulated one.')
    const { control_url } = (await answer.json()) as { control_url: string }
    return new Phones(base, control_url)
  }

  /** Tell a person what to do when their phone rings. */
  async script(phone: string, script: unknown): Promise<void> {
    await this.#ask('PUT', `/handsets/${phone}`, script)
  }

  async dial(phone: string, to: string, steps: readonly unknown[]): Promise<void> {
    await this.#ask('POST', `/handsets/${phone}/dial`, { to, steps })
  }

  async texts(phone: string): Promise<readonly string[]> {
    const texts = (await this.#ask('GET', `/handsets/${phone}/texts`)) as
      | readonly { body: string }[]
      | { texts: readonly { body: string }[] }
    return ('texts' in texts ? texts.texts : texts).map(({ body }) => body)
  }

  /** The code in the first text after so many. */
  async codeOn(phone: string, after: number): Promise<{ text: string; digits: string }> {
    return found(async () => (await this.texts(phone)).slice(after))
  }

  async mailCount(): Promise<number> {
    return (await this.#mails()).length
  }

  /** The code in the newest letter to an address, once there are more than so many. */
  async codeByMail(address: string, after: number): Promise<{ text: string; digits: string }> {
    return found(async () => {
      const mails = await this.#mails()
      return mails.length > after ? mails.filter(({ to }) => to === address).map(({ subject }) => subject) : []
    })
  }

  async #mails(): Promise<readonly { to: string; subject: string }[]> {
    const answer = await fetch(`${this.#base}/dev/mail`)
    return ((await answer.json()) as { items: readonly { to: string; subject: string }[] }).items
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.#control + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    if (!answer.ok) throw new Error(`the simulated network says: ${await answer.text()}`)
    return answer.json()
  }
}

const PATIENCE_MS = 10_000

async function found(read: () => Promise<readonly string[]>): Promise<{ text: string; digits: string }> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    for (const text of await read()) {
      const digits = /\b\d{6}\b/.exec(text)?.[0]
      if (digits) return { text, digits }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no code came within ten seconds.')
}
