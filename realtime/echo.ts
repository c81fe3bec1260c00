import { closes } from './closes.ts'
import type { Socket, SocketHandler } from './socket.ts'

/** Where sockets are sent back what they say, where that is switched on: for tests of the wire from outside. */
export const ECHO_PATH = '/__echo'

/** The other side of an echo: everything below it is as for everyone, nobody signs in, and frames are not counted. */
export class Echo implements SocketHandler {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  received(text: string | undefined, bytes: Uint8Array): void {
    if (text === undefined) this.#socket.sendBytes(bytes)
    else this.#socket.send(text)
  }

  receivedTooMuch(): void {
    this.#socket.close(closes.tooLarge)
  }

  closed(): void {}
}
