import { connect } from 'node:net'

/** An answer to a handshake, as it came over the wire. */
export interface Answer {
  /** Null when the connection was cut without an answer. */
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STANDARD = [
  'Host: kadoink.test',
  'Upgrade: websocket',
  'Connection: keep-alive, Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]

/** What a handshake says; lines without a name beginning with one of `without` stay. */
export interface Said {
  readonly method?: string
  readonly path?: string
  readonly plus?: readonly string[]
  readonly without?: string
  /** The version of HTTP; 1.1 when it is not given. */
  readonly http?: string
  /** Said in the same breath, first. */
  readonly before?: string
}

/** Shake hands by hand, line by line, and read the answer's head and body; the connection is cut after a 101. */
export function shakeHands(
  port: number,
  { method = 'GET', path = '/test/realtime', plus = [], without, http = '1.1', before = '' }: Said = {},
): Promise<Answer> {
  const lines = [...STANDARD.filter((line) => without === undefined || !line.startsWith(without)), ...plus]
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const done = (): void => {
      socket.destroy()
      resolve(read(text))
    }
    socket.on('data', (data) => {
      text += data.toString()
      if (text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n')) done()
    })
    socket.on('close', done)
    socket.on('error', reject)
    socket.write(`${before}${[`${method} ${path} HTTP/${http}`, ...lines].join('\r\n')}\r\n\r\n`)
  })
}

function read(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  const [status = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
  return { status: text === '' ? null : Number(status.split(' ')[1]), headers: Object.fromEntries(headers), body }
}
