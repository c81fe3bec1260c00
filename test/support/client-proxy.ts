import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** The way between an app and the server, which can go wrong in the ways that ways do. */
export class Way {
  readonly #server: Server
  readonly #pairs = new Set<readonly [app: Socket, server: Socket]>()
  #isSilent = false
  #isCuttingAnswer = false
  /** Whatever the server says comes twice. */
  doublesAnswers = false
  readonly #answers: string[] = []
  /** How often an app has come this way. */
  opened = 0
  /** The first line of each thing an app has said. */
  readonly lines: string[] = []

  private constructor(target: URL) {
    this.#server = createServer((app) => this.#join(app, connect(Number(target.port), target.hostname)))
  }

  static async to(url: string): Promise<Way> {
    const way = new Way(new URL(url))
    way.#server.listen(0, '127.0.0.1')
    await once(way.#server, 'listening')
    return way
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cut every connection. */
  cut(): void {
    for (const [app, server] of this.#pairs) {
      app.resetAndDestroy()
      server.destroy()
    }
  }

  /** Nothing gets through any more, in either direction, and nobody is told. New connections get through. */
  silence(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.removeAllListeners('data').resume()
  }

  /** New connections are taken, and nothing gets through them. */
  set isSilent(isSilent: boolean) {
    this.#isSilent = isSilent
  }

  /** The next answer does not come through: the connection is cut when it begins. */
  cutNextAnswer(): void {
    this.#isCuttingAnswer = true
  }

  /** Somebody on the way answers the next request. */
  answerNext(answer: string): void {
    this.#answers.push(answer)
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(app: Socket, server: Socket): void {
    this.opened++
    const pair = [app, server] as const
    this.#pairs.add(pair)
    const part = (): void => {
      this.#pairs.delete(pair)
      app.destroy()
      server.destroy()
    }
    for (const socket of pair) socket.on('error', () => {}).on('close', part)
    if (this.#isSilent) return
    app.on('data', (data) => this.#ask(app, server, data))
    server.on('data', (data) => this.#answer(app, data))
  }

  #ask(app: Socket, server: Socket, data: Buffer): void {
    this.lines.push(data.toString('latin1').split('\r\n', 1)[0] ?? '')
    const answer = this.#answers.shift()
    if (answer === undefined) server.write(data)
    else app.end(answer)
  }

  #answer(app: Socket, data: Buffer): void {
    if (!this.#isCuttingAnswer) {
      app.write(data)
      if (this.doublesAnswers) app.write(data)
      return
    }
    this.#isCuttingAnswer = false
    app.resetAndDestroy()
  }
}
