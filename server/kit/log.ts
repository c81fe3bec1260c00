import { type DestinationStream, destination, type Logger, pino } from 'pino'

/** The logger that every part writes to: JSON lines on stdout. */
export type Log = Logger

/** Names of values that never reach a log line, at any of the depths that our log calls use. */
const SECRET_PATHS = ['password', 'code', 'token', 'secret', 'authorization', 'cookie', 'body', 'text'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
)

const TOKEN = /\bkdk_[A-Za-z0-9]+/g
const PHONE = /(?<!\d)\+\d{6,15}\b/g

/** A line without tokens and whole phone numbers: what a library puts into an error message goes through here. */
export function scrub(line: string): string {
  return line.replace(TOKEN, 'kdk_…').replace(PHONE, (phone) => maskPhone(phone))
}

/** A phone number that can be told from others but not dialled: `+1555***4567`. */
export function maskPhone(phone: string): string {
  return phone.length <= 8 ? `${phone.slice(0, 2)}***` : `${phone.slice(0, 5)}***${phone.slice(-4)}`
}

/**
 * The process's logger. Secrets are taken out twice: by the name of the field, and by the look of the value,
 * since a library's error message names no field. JSON escapes CR and LF, so nothing in a value makes a new line.
 */
export function createLog(level: string, lines: DestinationStream = destination({ sync: true })): Log {
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: SECRET_PATHS, censor: '…' },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: scrub },
    },
    lines,
  )
}
