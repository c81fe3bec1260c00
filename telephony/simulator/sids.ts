import { randomBytes } from 'node:crypto'

/** Two letters that say what a SID names. Twilio: "What is a String Identifier (SID)?". */
export type SidPrefix = 'AC' | 'CA' | 'CF' | 'SM' | 'MM' | 'ME' | 'RE' | 'TR' | 'PN'

/** A fresh SID: prefix and 32 hex digits. Random, so that two runs against one database never collide. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex')
}
