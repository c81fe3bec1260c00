import type { ProcessType } from './config-shape.ts'
import { list } from './config-values.ts'

/** The environment as it is written, without what is empty. */
export type Given = Readonly<Partial<Record<string, string>>>

/** What of the environment does not go together, or is missing, for a process of this type: a sentence each. */
export function faultsOf(type: ProcessType, given: Given): readonly string[] {
  return [
    ...carrierFaults(given),
    ...s3Faults(given),
    ...paymentsFaults(given),
    ...telegramFaults(given),
    ...portFaults(type, given),
    ...(given.NODE_ENV === 'production' ? productionFaults(type, given) : splitFaults(type, given)),
  ]
}

/** In production nothing falls back silently. */
function productionFaults(type: ProcessType, given: Given): readonly string[] {
  const needed: string[] =
    type === 'migrate' || type === 'admin'
      ? ['DATABASE_URL']
      : [
          'DATABASE_URL',
          'PUBLIC_URL',
          'SESSION_SECRETS',
          'TWILIO_ACCOUNT_SID',
          'TWILIO_AUTH_TOKENS',
          'TWILIO_NUMBERS',
          'MAIL_URL',
        ]
  // One process alone needs nothing that joins processes.
  if (type !== 'all' && type !== 'migrate' && type !== 'admin') needed.push('REDIS_URL')
  // WhatsApp takes free text from a business only where its user has written first: codes need an approved template.
  if (given.WHATSAPP_FROM !== undefined) needed.push('WHATSAPP_CODE_TEMPLATES')
  return [
    ...needed.filter((name) => given[name] === undefined).map((name) => `${name}: needed in production.`),
    ...(list.parse(given.SESSION_SECRETS ?? '').some(isWeak)
      ? ['SESSION_SECRETS: use at least 32 random characters each.']
      : []),
    ...['TEST_CLOCK', 'WS_ECHO']
      .filter((name) => given[name] === '1')
      .map((name) => `${name}: a test switch, refused in production.`),
  ]
}

/** Too short to be random, or the same few characters again and again. */
function isWeak(secret: string): boolean {
  return secret.length < 32 || new Set(secret).size < 8
}

/** The embedded stand-ins live in one process; several processes need real ones between them. */
function splitFaults(type: ProcessType, given: Given): readonly string[] {
  if (type === 'all' || type === 'migrate' || type === 'admin') return []
  const needed = ['DATABASE_URL', 'REDIS_URL', 'TWILIO_ACCOUNT_SID', 'SESSION_SECRETS'] as const
  return needed
    .filter((name) => given[name] === undefined)
    .map((name) => `${name}: needed by "${type}"; only "all" brings up its own stand-in.`)
}

function carrierFaults(given: Given): readonly string[] {
  const parts = [given.TWILIO_ACCOUNT_SID, given.TWILIO_AUTH_TOKENS, given.TWILIO_NUMBERS]
  const set = parts.filter((part) => part !== undefined).length
  if (set === 0 || set === 3) return []
  return ['TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS: set all three, or none for the simulated network.']
}

function paymentsFaults(given: Given): readonly string[] {
  const names = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS', 'STRIPE_PRICE_MONTH', 'STRIPE_PRICE_YEAR'] as const
  const set = names.filter((name) => given[name] !== undefined).length
  if (set === 0 || set === names.length) return []
  return [`${names.join(', ')}: set all four, or none to sell nothing.`]
}

function telegramFaults(given: Given): readonly string[] {
  if ((given.TELEGRAM_BOT_TOKEN === undefined) === (given.TELEGRAM_BOT_NAME === undefined)) return []
  return ['TELEGRAM_BOT_TOKEN, TELEGRAM_BOT_NAME: set both, or none.']
}

/** Two doors at one port: whichever is opened second stays shut. */
function portFaults(type: ProcessType, { PORT = '3000', REALTIME_PORT }: Given): readonly string[] {
  const isOneDoor = REALTIME_PORT === undefined || Number(REALTIME_PORT) === 0 || Number(PORT) !== Number(REALTIME_PORT)
  return isOneDoor || (type !== 'all' && type !== 'web')
    ? []
    : ['REALTIME_PORT: PORT is another door, and needs a port of its own.']
}

const S3_NEEDS = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

/** A store is named whole or not at all: with half of it, media would go to a place where nobody looks for them. */
function s3Faults(given: Given): readonly string[] {
  const names = [...S3_NEEDS, 'S3_ENDPOINT', 'S3_REGION'] as const
  if (!names.some((name) => given[name] !== undefined)) return []
  return S3_NEEDS.filter((name) => given[name] === undefined).map((name) => `${name}: the object store needs it.`)
}
