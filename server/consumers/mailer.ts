import { EmailChanged, formerEmail, PasswordChanged, byId as userById } from '#domain/accounts'
import { ReminderDue, reminderLetter } from '#domain/calendar'
import { reportManual } from '#domain/codes'
import { AccountLeft, goodbyeAddress } from '#domain/departures'
import { find as findInvite, InviteLetterQueued, isLetterWanted, letterOf, letterRefused } from '#domain/invites'
import { find as findReport, ReportFiled } from '#domain/moderation'
import { hidingNews, KtagHidden, byId as ktagById } from '#domain/tags'
import { CodeIssued, codeLetter, LinkIssued, linkMessage, message } from '#domain/verification'
import type { MailError, MailGateway } from '#gateways/mail'
import { defineEffect, type Effect } from '#kit/consumer'
import { Unavailable } from '#kit/fault'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import {
  formerAddressLetter,
  goodbyeLetter,
  hidingLetter,
  inviteLetter,
  type Letter,
  linkLetter,
  passwordLetter,
  reportLetter,
} from './letters.ts'

/** What the mailer needs to know. */
export interface MailerOptions {
  /** Where reports of abuse go; null: nowhere. */
  readonly operatorsMail: string | null
}

/**
 * Mails codes, links and notices. A letter is claimed before it is handed over; one whose fate is unknown is not sent a
 * second time, and one that was surely not taken is.
 */
export function mailer(database: Database, mail: MailGateway, { operatorsMail }: MailerOptions): Effect {
  const post = async (
    key: string,
    to: string,
    letter: Letter,
    more: Partial<Record<'sent' | 'failed', (unit: Unit) => Promise<void>>> & {
      wanted?(unit: Unit): Promise<boolean>
    } = {},
  ) => {
    const placed = place(database, {
      effect: 'mailer',
      key,
      ...more,
      facts: {},
      send: () => mail.send({ key, to, ...letter }),
      externalId: () => key,
      judge: verdictOf,
    })
    return placed.catch((error: unknown) => {
      // While no letter is taken, it is no letter's fault: each waits, and is never given up for it.
      throw failureOf(error) === 'away' ? Unavailable({ details: { cause: String(error) } }) : error
    })
  }

  return defineEffect(
    'mailer',
    ({ id }) => id,
    (on) => {
      on(CodeIssued, async ({ id, data }) => {
        if (data.channel !== 'email') return
        const code = await database.read((view) => message(view, data.challenge_id, data.send))
        if (!code) return
        const report = (unit: Unit, said: Parameters<typeof reportManual>[2]) =>
          reportManual(unit, data.challenge_id, said)
        const state = await post(id, code.destination, codeLetter(code), {
          sent: (unit) => report(unit, { status: 'sent' }),
          failed: (unit) => report(unit, { status: 'failed', error: 'mail_refused' }),
        })
        if (state === 'unknown') await database.write((unit) => report(unit, { status: 'sending' }))
      })

      on(LinkIssued, async ({ id, data }) => {
        if (data.channel !== 'email') return
        const link = await database.read((view) => linkMessage(view, data.link_id))
        if (link) await post(id, link.destination, linkLetter(link))
      })

      on(InviteLetterQueued, async ({ id, data: { invite_id } }) => {
        const letter = await database.read(async (view) => {
          const detail = await findInvite(view, invite_id)
          return detail && letterOf(view, detail)
        })
        if (!letter) return
        await post(id, letter.detail.invite.address, inviteLetter(letter), {
          wanted: (unit) => isLetterWanted(unit, invite_id),
          failed: (unit) => letterRefused(unit, invite_id),
        })
      })

      on(ReportFiled, async ({ id, data }) => {
        if (operatorsMail === null || !(data.is_first || data.hides_ktag)) return
        const report = await database.read((view) => findReport(view, data.report_id))
        if (report) await post(id, operatorsMail, reportLetter(report, data.hides_ktag))
      })

      on(KtagHidden, async ({ id, data }) => {
        if (data.is_texted) return
        const { owner, ktag } = await database.read(async (view) => ({
          owner: await userById(view, data.owner_id),
          ktag: await ktagById(view, data.ktag_id),
        }))
        if (!ktag || !owner?.email || !owner.emailVerifiedAt) return
        await post(id, owner.email, hidingLetter(ktag.name, hidingNews(ktag.name, data.is_hidden)))
      })

      on(PasswordChanged, async ({ id, data }) => {
        const user = await database.read((view) => userById(view, data.user_id))
        if (user?.email) await post(id, user.email, passwordLetter(user.username))
      })

      on(EmailChanged, async ({ id, data }) => {
        const former = await database.read(async (view) => formerEmail(view, data.former_sealed))
        if (former !== null) await post(id, former, formerAddressLetter(data.username))
      })

      on(ReminderDue, async ({ id, data }) => {
        if (!data.via.includes('email')) return
        const letter = await database.read((view) => reminderLetter(view, data))
        if (letter) await post(id, letter.to, letter)
      })

      on(AccountLeft, async ({ id, data }) => {
        const email = await database.read(async (view) => goodbyeAddress(view, data.email_sealed))
        if (email !== null) await post(id, email, goodbyeLetter(data.username))
      })
    },
  )
}

/** The gateway is met by its types alone: what it throws is known by its field. */
function failureOf(error: unknown): MailError['failure'] | null {
  return error instanceof Error && 'failure' in error ? (error as MailError).failure : null
}

function verdictOf(error: unknown): 'refused' | 'retry' | 'unknown' {
  const failure = failureOf(error)
  if (failure === 'busy' || failure === 'away') return 'retry'
  return failure ?? 'unknown'
}
