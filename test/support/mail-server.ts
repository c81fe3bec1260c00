import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What the server is to do at a word of SMTP instead of the usual: say something else, say nothing, or hang up. */
export type Mishap = string | 'silence' | 'hang up'

const USUAL: Readonly<Record<string, string>> = {
  EHLO: '250 here',
  AUTH: '235 come in',
  MAIL: '250 go on',
  RCPT: '250 go on',
  DATA: '354 go on',
  END: '250 taken',
  QUIT: '221 bye',
}

/** A mail server on loopback that takes letters by SMTP (RFC 5321), or does what it is told to do instead. */
export class MailServer {
  /** Letters as they came, without the dot that ends them. */
  readonly taken: string[] = []
  #server: Server | null = null
  #port = 0
  #mishaps = new Map<string, { mishap: Mishap; left: number }>()

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`
  }

  /** Be there, at the port it had before; resolves when it is. */
  async open(): Promise<this> {
    this.#server = createServer((socket) => this.#serve(socket)).listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Be gone: nobody answers at the port. */
  async close(): Promise<void> {
    const closed = this.#server && once(this.#server, 'close')
    this.#server?.close()
    await closed
  }

  /** Do something else at a word (`HELLO` is the greeting, `END` the dot after a letter), so many times. */
  meet(word: string, mishap: Mishap, times = Number.POSITIVE_INFINITY): void {
    this.#mishaps.set(word, { mishap, left: times })
  }

  /** Do what is usual. */
  mend(): void {
    this.#mishaps.clear()
  }

  #serve(socket: Socket): void {
    let letter: string[] | null = null
    let rest = ''
    socket.on('error', () => {})
    this.#answer(socket, 'HELLO', '220 here')
    socket.setEncoding('utf8').on('data', (more: string) => {
      const lines = (rest + more).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (letter && line !== '.') {
          letter.push(line)
          continue
        }
        const word = letter ? 'END' : (line.split(' ')[0]?.toUpperCase() ?? '')
        const said = this.#answer(socket, word, USUAL[word] ?? '500 what?')
        if (letter && said.startsWith('2')) this.taken.push(letter.join('\n'))
        letter = word === 'DATA' && said.startsWith('3') ? [] : null
      }
    })
  }

  /** Say what is to be said at a word; gives it, or what was done instead. */
  #answer(socket: Socket, word: string, usual: string): string {
    const met = this.#mishaps.get(word)
    const said = met && met.left-- > 0 ? met.mishap : usual
    if (said === 'hang up') socket.destroy()
    else if (said !== 'silence') socket.write(`${said}\r\n`)
    return said
  }
}
