import { constants, deflateRawSync } from 'node:zlib'

/** Texts from this size on are compressed; below, it costs more than it saves. */
export const COMPRESS_FROM = 1_024

/** A text, or bytes, as WebSocket frames, made when first asked for: plain, and compressed. */
export class Frame {
  readonly #payload: Buffer
  readonly #opcode: number
  #plain: Buffer | undefined
  #deflated: Buffer | undefined

  constructor(load: string | Uint8Array) {
    this.#payload = Buffer.from(load)
    this.#opcode = typeof load === 'string' ? TEXT : BINARY
  }

  /** The frame for a client that may or may not take compressed ones. */
  for(takesDeflate: boolean): Buffer {
    if (takesDeflate && this.#payload.length > COMPRESS_FROM) {
      this.#deflated ??= frame(FINAL | DEFLATED | this.#opcode, deflate(this.#payload))
      return this.#deflated
    }
    this.#plain ??= frame(FINAL | this.#opcode, this.#payload)
    return this.#plain
  }
}

/** RFC 6455, 5.2: a frame that is whole, and what it holds; RFC 7692 marks a compressed one by the first reserved bit. */
const FINAL = 0x80
const DEFLATED = 0x40
const TEXT = 0x1
const BINARY = 0x2

function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  header[0] = first
  if (length < 126) {
    header[1] = length
  } else if (length < 65_536) {
    header[1] = 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([header, payload])
}

/** RFC 7692, 7.2.1: without context from earlier messages, and without the four bytes that end every flush. */
function deflate(payload: Buffer): Buffer {
  return deflateRawSync(payload, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
}
