import { z } from 'zod'
import { beginning } from '#kit/excerpt'
import type { View } from '#kit/unit'
import type { InviteDetail } from './model.ts'

const LONGEST_NAME = 30

/** What a sender adds to an invite, in one line. */
export const InviteMessageSchema = z
  .string()
  .transform((words) => words.replace(/\s+/g, ' ').trim())
  .refine((words) => words.length >= 1 && words.length <= 140, 'Send 1 to 140 characters.')
  .refine((words) => !hasLink(words), 'Leave links and addresses out: the invite brings its own link.')

/** Where an invite is accepted. */
export function urlOf(view: View, code: string): string {
  return `${view.site.publicUrl}/i/${code}`
}

/** An invite as a text. */
export function textOf(view: View, detail: InviteDetail, code: string): string {
  return `${sentence(detail)}: ${quoted(detail)}${urlOf(view, code)} Reply STOP to get no texts from Kadoink.`
}

/** What an invite asks, in a sentence without its full stop. */
export function sentence({ inviter, ktag }: Pick<InviteDetail, 'inviter' | 'ktag'>): string {
  const what = ktag ? `to follow *${ktag.name} on Kadoink` : 'to Kadoink'
  return `${signature(inviter)} invites you ${what}`
}

/**
 * The name under which a person writes to strangers: in one line, short, and with nothing in it that a phone takes for a
 * link; else the username.
 */
export function signature({ name, username }: { readonly name: string; readonly username: string }): string {
  const plain = name.replace(/\s+/g, ' ').trim()
  return hasLink(plain) || plain === '' ? username : beginning(plain, LONGEST_NAME).trim()
}

/** Whether words hold what a phone or a mailbox would make a link of: the only link in an invite is ours. */
function hasLink(words: string): boolean {
  return /:\/\/|www\.|[\p{L}\p{N}-]\.\p{L}{2,}|@[\p{L}\p{N}-]+\./iu.test(words)
}

function quoted({ invite }: InviteDetail): string {
  return invite.message === null ? '' : `"${invite.message}" `
}
