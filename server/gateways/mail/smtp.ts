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

/**
 * Why a letter was not handed over. `refused`: this one will never be taken; `busy`: it was surely not taken, and may be
 * later; `away`: no letter is taken now, since nobody answers or lets us in; `unknown`: it may have been taken. Carries no
 * address and no text.
 */
export class MailError extends Error {
  readonly failure: 'refused' | 'busy' | 'away' | 'unknown'

  constructor(failure: MailError['failure'], message: string) {
    super(message)
    this.name = 'MailError'
    this.failure = failure
  }
}

const TIMEOUT_MS = 10_000

/**
 * A mail server. `url` is `smtp://user:password@host:port` or `smtps://…`, `from` the sender's address. Its greeting is waited
 * for so long, and twice as long each time that it is to say something later.
 */
export function smtpMail(url: string, from: string, timeoutMs: number = TIMEOUT_MS): MailGateway {
  // Whoever never greets has taken nothing; the library tells that from a silence later by which wait is over first.
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: 2 * timeoutMs }
  const transport = createTransport({ url, ...timeouts }, { from })
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

/** The library's error may hold addresses: only what it is called goes on. */
function sanitized(error: unknown): MailError {
  const { code, responseCode, syscall, timeoutType } = fieldsOf(error)
  const answer = typeof responseCode === 'number' ? responseCode : null
  const isEarly = syscall === 'connect' || EARLY.has(code) || EARLY.has(timeoutType)
  return new MailError(failureOf(code, answer, isEarly), `The mail server did not take the letter (${answer ?? code}).`)
}

/** How the library calls what goes wrong before there is anybody to hand a letter to. */
const EARLY: ReadonlySet<unknown> = new Set([
  'EDNS',
  'ETLS',
  'EAUTH',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
])
/** How it calls what a server says of one letter; all else that it says is about us. */
const ABOUT_LETTERS: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE'])

/** An answer of 4xx is for now, one of 5xx for good (RFC 5321, 4.2.1); without one, the letter may be under way. */
function failureOf(code: unknown, answer: number | null, isEarly: boolean): MailError['failure'] {
  if (answer === null) return isEarly ? 'away' : 'unknown'
  if (!ABOUT_LETTERS.has(code)) return 'away'
  return answer < 500 ? 'busy' : 'refused'
}

function fieldsOf(error: unknown): Readonly<Record<string, unknown>> {
  return typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {}
}
