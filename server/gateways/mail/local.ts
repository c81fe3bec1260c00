import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { type Mail, type MailGateway, messageOf } from './smtp.ts'

/** A letter in the local mailbox. */
export interface StoredMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly at: string
}

const NEWEST = 50

/**
 * A mailbox on this machine for development: every letter becomes a file of the MIME message that a server would have
 * got, and one that a person can read at `/dev/mail`.
 */
export function localMail(directory: string, from: string): MailGateway & { list(): Promise<readonly StoredMail[]> } {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' }, { from })
  return {
    async send(mail: Mail) {
      await mkdir(directory, { recursive: true })
      const { message } = await transport.sendMail(messageOf(mail))
      const at = new Date().toISOString()
      const { to, subject, text } = mail
      const name = `${at.replace(/[:.]/g, '-')}-${mail.key}`
      await writeFile(join(directory, `${name}.eml`), message as Buffer, { mode: 0o600 })
      await writeFile(join(directory, `${name}.part`), JSON.stringify({ to, subject, text, at }), { mode: 0o600 })
      await rename(join(directory, `${name}.part`), join(directory, `${name}.json`))
    },
    close: () => transport.close(),
    async list() {
      const names = await readdir(directory).catch(() => [])
      const newest = names
        .filter((name) => name.endsWith('.json'))
        .sort()
        .reverse()
        .slice(0, NEWEST)
      const texts = await Promise.all(newest.map((name) => readFile(join(directory, name), 'utf8')))
      return texts.map((text) => JSON.parse(text) as StoredMail)
    },
  }
}
