import * as realms from '#domain/realms'
import type { Unit } from '#kit/unit'
import { CommandError } from './command.ts'

type Change = (unit: Unit, realm: realms.Realm) => Promise<realms.Realm>
type Read = (words: readonly string[]) => Change

const TURNSTILE = 'https://challenges.cloudflare.com/turnstile/v0/siteverify'

/** How each setting is read from what an operator types; what a value may be is for the domain to say. */
const READERS: Readonly<Record<string, Read>> = {
  channels: plain(([list = '']) => ({ channels: words(list) as realms.WantedSettings['channels'] })),
  countries: plain(([list = '']) => ({ countries: words(list.toUpperCase()) })),
  languages: plain(([list = '']) => ({ languages: words(list) as realms.WantedSettings['languages'] })),
  'code-length': plain(([value]) => ({ codeLength: wholeNumber(value) as 4 })),
  'plain-codes': plain(([value]) => ({ takesPlainCodes: isOn(value) })),
  'callback-url': plain(([value = '']) => ({ callbackUrl: value === 'none' ? null : value })),
  challenge: (values) => {
    const [siteKey = '', secret = '', verifyUrl = TURNSTILE] = values
    const isNone = siteKey === 'none'
    if (isNone ? values.length > 1 : secret === '' || values.length > 3) {
      throw new CommandError('A challenge is "none", or <site key> <secret> [verify URL].')
    }
    if (isNone) return (unit, realm) => realms.configure(unit, realm, { challenge: null })
    return (unit, realm) => realms.setChallenge(unit, realm, { siteKey, secret, verifyUrl })
  },
  'live-seconds': rule('liveSeconds'),
  tries: rule('tries'),
  'sessions-per-hour': rule('sessionsPerHour'),
  'resend-seconds': rule('resendSeconds'),
  'sends-per-hour': rule('sendsPerHour'),
  'spent-to-block': rule('spentToBlock'),
  'block-seconds': rule('blockSeconds'),
  'paid-sends-per-hour': rule('paidSendsPerHour'),
}

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(READERS)

/** What an operator wants changed. Throws `CommandError` for a setting that there is none of. */
export function readSetting(name: string, values: readonly string[]): Change {
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (!read) throw new CommandError(`A setting is one of ${SETTINGS.join(', ')}.`)
  if (values.length === 0) throw new CommandError(`Say what "${name}" is to be.`)
  return read(values)
}

/** Of one word. */
function plain(read: (values: readonly string[]) => Partial<realms.WantedSettings>): Read {
  return (values) => {
    if (values.length > 1) throw new CommandError('That is more than one value. Lists have commas and no spaces.')
    const changes = read(values)
    return (unit, realm) => realms.configure(unit, realm, changes)
  }
}

function rule(name: keyof realms.RealmRules): Read {
  return plain(([value]) => ({ rules: { [name]: wholeNumber(value) } }))
}

/** `Number` takes nothing at all for 0. */
function wholeNumber(value = ''): number {
  if (!/^\d{1,9}$/.test(value)) throw new CommandError('Send a whole number.')
  return Number(value)
}

function words(list: string): string[] {
  return list.split(',').filter((word) => word !== '')
}

function isOn(value: string | undefined): boolean {
  if (value !== 'on' && value !== 'off') throw new CommandError('Say on or off.')
  return value === 'on'
}
