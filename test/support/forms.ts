import { connect, type Socket } from 'node:net'

/** A part of a form: text, or bytes with what they are called and said to be. */
export type FormPart = string | Buffer | { readonly bytes: Buffer; readonly name?: string; readonly type?: string }

/** A form as clients send it. */
export function formOf(parts: Readonly<Record<string, FormPart>>): FormData {
  const form = new FormData()
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') form.append(name, part)
    else {
      const { bytes, name: fileName = 'a file', type = '' } = Buffer.isBuffer(part) ? { bytes: part } : part
      form.append(name, new Blob([new Uint8Array(bytes)], { type }), fileName)
    }
  }
  return form
}

/** A form in bytes with a boundary of our own, for those that no client would send. */
export function rawForm(...parts: readonly (string | Buffer)[]): Buffer {
  const lines = parts.flatMap((part) => [Buffer.from('--edge\r\n'), Buffer.from(part), Buffer.from('\r\n')])
  return Buffer.concat([...lines, Buffer.from('--edge--\r\n')])
}

export const RAW_FORM = { 'Content-Type': 'multipart/form-data; boundary=edge' }

/** A request whose body is written piece by piece, on a connection that can be reset. */
export class SlowRequest {
  readonly socket: Socket
  heard = ''

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname } = new URL(url)
    this.socket = connect(Number(port), hostname)
    this.socket.setEncoding('utf8').on('data', (chunk) => {
      this.heard += chunk
    })
    this.socket.on('error', () => {})
    const lines = Object.entries({ Host: hostname, ...headers }).map(([name, value]) => `${name}: ${value}`)
    this.socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  }

  /** Resolves when the other side has closed. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.closed) resolve()
      else this.socket.once('close', () => resolve())
    })
  }
}
