import { type InviteLetter, sentence } from '#domain/invites'
import type { Report } from '#domain/moderation'
import type { LinkMessage } from '#domain/verification'

/** What stands in a letter. */
export interface Letter {
  readonly subject: string
  readonly text: string
  /** Where a mailbox asks for no more of these, by itself where it can (RFC 8058). */
  readonly refusalUrl?: string
}

/** A letter with a link. */
export function linkLetter({ purpose, url }: LinkMessage): Letter {
  return purpose === 'magic'
    ? {
        subject: 'Your link to sign in to Kadoink',
        text: `Open this link to sign in:\n\n${url}\n\nIt works once, for 15 minutes. If you did not ask for it, ignore this letter.\n`,
      }
    : {
        subject: 'Set a new Kadoink password',
        text: `Open this link to set a new password:\n\n${url}\n\nIt works once, for 30 minutes. If you did not ask for it, ignore this letter: your password stays as it is.\n`,
      }
}

/** A letter that tells of a new password. */
export function passwordLetter(username: string): Letter {
  return {
    subject: 'Your Kadoink password was changed',
    text: `The password of ${username} was changed just now, and all other devices were signed out.\n\nIf this was not you, set a new one at once: "Forgot password" in the app.\n`,
  }
}

/** A letter to the address that an account had, which tells that it has another one now, or none. */
export function formerAddressLetter(username: string): Letter {
  return {
    subject: 'Your Kadoink e-mail address was changed',
    text: `This address does not belong to the Kadoink account of ${username} any more: it was changed or removed just now.\n\nIf this was not you, sign in with your password and set another one at once.\n`,
  }
}

/** A letter with an invite. */
export function inviteLetter({ detail, url, refusalUrl }: InviteLetter): Letter {
  const words = detail.invite.message === null ? '' : `"${detail.invite.message}"\n\n`
  return {
    subject: sentence(detail),
    text: `${sentence(detail)}.\n\n${words}Open this link to see how to come in:\n\n${url}\n\nIt works for 30 days. You get this letter because somebody gave us your address; nobody can have us write to it more than once in 30 days. To get no invites at all:\n\n${refusalUrl}\n`,
    refusalUrl,
  }
}

/** A letter that says goodbye to somebody who has deleted their account. */
export function goodbyeLetter(username: string): Letter {
  return {
    subject: 'Your Kadoink account was deleted',
    text: `The account ${username} was deleted just now, as you asked, with your tags, contacts and messages. Nobody can bring it back.\n\nThis address and your number may be registered again whenever you like; the name ${username} after 90 days. Goodbye!\n`,
  }
}

/** A letter to those who decide about reports. */
export function reportLetter(report: Report, hidesKtag: boolean): Letter {
  const { no, targetType, targetId, excerpt, reason, details, reporterId, reporterEmail } = report
  const who = reporterId === null ? (reporterEmail ?? 'a visitor') : `user ${reporterId}`
  const hidden = hidesKtag ? 'Several people have reported this tag: the search does not find it any more.\n\n' : ''
  return {
    subject: `Report ${no}: ${targetType}, ${reason}${hidesKtag ? ', hidden' : ''}`,
    text: `${hidden}Reported: ${targetType} ${targetId}\n${excerpt ?? ''}\n\nBy: ${who}\nReason: ${reason}\n${details ?? ''}\n\nkadoink reports show ${no}\nkadoink reports dismiss ${no}\nkadoink reports uphold ${no}\n`,
  }
}

/** A letter to the owner of a tag that the search does not find for now, or finds again. */
export function hidingLetter(name: string, news: string): Letter {
  return { subject: `*${name} and the search`, text: `${news}\n` }
}
