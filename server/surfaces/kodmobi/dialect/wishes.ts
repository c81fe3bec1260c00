import type { Wishes } from '#domain/codes'
import type { Channel } from '#domain/verification'
import type { RequestInfo } from '#kit/endpoint'
import type { View } from '#kit/unit'
import type { Asker } from '../keys.ts'
import { Flag, Lang, OptionalChannel, OwnCode } from './asked.ts'
import { type Shown, wantedLanguage } from './language.ts'

/** What may be said of a code that is to be sent, beside whom it goes to. */
export const CREATING_WISHES = {
  type: OptionalChannel,
  code: OwnCode,
  send: Flag(true).describe('Whether a code is sent at once.'),
  is_test: Flag(false).describe('Only try it out: nothing is sent.'),
  lang: Lang,
}

/** The same of one more code for a session. */
export const SENDING_WISHES = {
  code: OwnCode,
  is_test: Flag(undefined).describe('Only try it out: nothing is sent. As the session is, when it is not given.'),
  lang: Lang,
}

interface AskedToSend {
  readonly type: Channel | undefined
  readonly code: string | undefined
  readonly is_test: boolean | undefined
  readonly lang?: unknown
}

/** How somebody wants a code to be sent, in words of the domain. */
export function wishesOf({ isOwner }: Asker, { headers }: RequestInfo, body: AskedToSend): Wishes {
  const { type: channel, code, is_test: isTest, lang } = body
  return { channel, code, isTest, language: wantedLanguage(headers, lang), isOwner }
}

/** How an answer to a request is shown; in English where no language was asked for. */
export function shownTo({ site }: View, { headers }: RequestInfo, lang: unknown): Shown {
  return { language: wantedLanguage(headers, lang) ?? 'en', publicUrl: site.publicUrl }
}
