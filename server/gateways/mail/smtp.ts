import { createTransport } from 'nodemailer'

/** One letter in plain text. */
export interface Mail {
  /** Ours; becomes the Message-ID, so that mailboxes recognise a letter that comes twice. */
  readonly key: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Where a mailbox asks for no more of these, by a POST of its own where it can (RFC 8058). */
  readonly refusalUrl?: string
}

/** Where letters are handed over. */
export interface MailGateway {
  /** Throws `MailError`. */
  send(mail: Mail): Promise<void>
  close(): void
}

/** A letter that was not handed over; carries no address and no text. */
export class MailError extends Error {
  /** Whether the server said no for good; anything else may be tried again. */
  readonly isRefused: boolean

  constructor(message: string, isRefused: boolean) {
    super(message)
    this.name = 'MailError'
    this.isRefused = isRefused
  }
}

const TIMEOUT_MS = 10_000

/** A mail server. `url` is `smtp://user:password@host:port` or `smtps://…`, `from` the sender's address. */
export function smtpMail(url: string, from: string): MailGateway {
  const transport = createTransport(url, { from })
  Object.assign(transport.options, {
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  })
  return {
    async send(mail) {
      try {
        await transport.sendMail(messageOf(mail))
      } catch (error) {
        throw sanitized(error)
      }
    },
    close: () => transport.close(),
  }
}

/** A letter as the library takes it. */
export function messageOf({ key, to, subject, text, refusalUrl }: Mail) {
  const headers = refusalUrl === undefined ? {} : refusalHeaders(refusalUrl)
  return { to, subject, text, messageId: `<${key}@kadoink>`, headers }
}

function refusalHeaders(url: string): Readonly<Record<string, string>> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

/** SMTP answers of 5xx are final (RFC 5321, 4.2.1). The library's error may hold addresses: only its code goes on. */
function sanitized(error: unknown): MailError {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  const name = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new MailError(`The mail server did not take the letter (${code || name}).`, code >= 500)
}
