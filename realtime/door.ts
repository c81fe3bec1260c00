import type { Log } from '#kit/log'
import type { Admission, Admitted } from './admission.ts'
import type { FanOut, Socket, SocketHandler, SocketLimits } from './socket.ts'

/** What a door is given. */
export interface DoorOptions {
  readonly admission: Admission
  readonly limits: SocketLimits
  readonly log: Log
  /** A socket is open: who listens to it? */
  open(admitted: Admitted, socket: Socket): SocketHandler
}

/** A door that sockets come in through. */
export interface Door extends FanOut {
  /** Cut what is still open, and let go of everything. */
  close(): void
}
