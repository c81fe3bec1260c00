import { constants, deflateRawSync } from 'node:zlib'

/** Texts from this size on are compressed; below, it costs more than it saves. */
export const COMPRESS_FROM = 1_024

/** A text as WebSocket frames, made when first asked for: plain, and compressed. */
export class TextFrame {
  readonly #payload: Buffer
  #plain: Buffer | undefined
  #deflated: Buffer | undefined

  constructor(text: string) {
    this.#payload = Buffer.from(text)
  }

  /** The frame for a client that may or may not take compressed ones. */
  for(takesDeflate: boolean): Buffer {
    if (takesDeflate && this.#payload.length > COMPRESS_FROM) {
      this.#deflated ??= frame(DEFLATED_TEXT, deflate(this.#payload))
      return this.#deflated
    }
    this.#plain ??= frame(TEXT, this.#payload)
    return this.#plain
  }
}

/** RFC 6455, 5.2: a final text frame; RFC 7692 adds the first reserved bit for a compressed one. */
const TEXT = 0x81
const DEFLATED_TEXT = 0xc1

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
