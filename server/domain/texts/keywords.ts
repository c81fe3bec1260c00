/** Words that belong to the network: when one is all that a text says, the network acts on it and answers it. */
export type Keyword = 'stop' | 'start' | 'help'

/** Source: Twilio's help article "Twilio support for opt-out keywords (SMS STOP filtering)". */
const STOP_WORDS = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'])
const START_WORDS = new Set(['start', 'yes', 'unstop'])
const HELP_WORDS = new Set(['help', 'info'])

/** The North American freephone codes. */
const TOLL_FREE = /^\+1(800|833|844|855|866|877|888)/
/**
 * On toll-free numbers opt-outs are kept by the network behind the carrier, which knows fewer words.
 * Source: Twilio's help article "Opt-out keyword handling for Toll-Free SMS".
 */
const TOLL_FREE_START_WORDS = new Set(['start', 'unstop'])

/**
 * The keyword that a text to one of our numbers consists of, or null: `STOP PLEASE` is none.
 *
 * A stop word counts in any case, with white space around it and with a full stop or exclamation marks behind it: phones
 * add those. Whether the carrier takes `Stop.` for STOP is not documented; if it does not, one text too few is sent, and
 * the other way round somebody is texted who asked us not to. A start word counts only as the carrier counts it, in any
 * case and with white space around it: to be texted again takes a clear word, and while the carrier does not let us, ours
 * would be of no use. Every stop word counts on every number of ours, also where the network behind it knows only STOP.
 */
export function keywordOf(body: string, ourNumber: string): Keyword | null {
  const word = body.trim().toLowerCase()
  if (STOP_WORDS.has(word.replace(/\s*[.!]+$/, ''))) return 'stop'
  if ((TOLL_FREE.test(ourNumber) ? TOLL_FREE_START_WORDS : START_WORDS).has(word)) return 'start'
  return HELP_WORDS.has(word) ? 'help' : null
}
