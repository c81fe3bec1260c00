import { CodeIssued, type CodeMessage, message } from '#domain/verification'
import type { MailGateway } from '#gateways/mail'
import { defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database } from '#kit/unit'

/** Mails codes. A letter is claimed before it is handed over; one whose fate is unknown is not sent a second time. */
export function mailer(database: Database, mail: MailGateway, isRefused: (error: unknown) => boolean): Effect {
  return defineEffect(
    'mailer',
    ({ id }) => id,
    (on) => {
      on(CodeIssued, async ({ id, data }) => {
        if (data.channel !== 'email') return
        const code = await database.read((view) => message(view, data.challenge_id, data.send))
        if (!code) return
        await place(database, {
          effect: 'mailer',
          key: id,
          facts: {},
          send: () => mail.send({ key: id, to: code.destination, ...letter(code) }),
          externalId: () => id,
          judge: (error) => (isRefused(error) ? 'refused' : 'unknown'),
        })
      })
    },
  )
}

function letter({ code, purpose }: CodeMessage): { subject: string; text: string } {
  const what = purpose === 'register' ? 'finish your registration' : 'sign in'
  return {
    subject: `${code} is your Kadoink code`,
    text: `Your code to ${what} is ${code}.\n\nIt works for 10 minutes. If you did not ask for it, ignore this letter.\n`,
  }
}
