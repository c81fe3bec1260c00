/** What a text of one word may ask of the network itself. */
export type Keyword = 'STOP' | 'START' | 'HELP'

/** Source: Twilio's help article on opt-out keywords; single words only, in any case. */
const KEYWORDS: Readonly<Record<Keyword, readonly string[]>> = {
  STOP: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  START: ['START', 'YES', 'UNSTOP'],
  HELP: ['HELP', 'INFO'],
}

const REPLIES: Readonly<Record<Keyword, string>> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
}

/** Toll-free numbers know fewer words to begin again: their opt-outs are kept by the carriers. */
const TOLL_FREE = /^\+18(00|33|44|55|66|77|88)\d{7}$/
const NOT_TOLL_FREE = ['YES']

/** The keyword that a text to one of our numbers consists of, or null: `STOP PLEASE` is none. */
export function keyword(body: string, ours: string): Keyword | null {
  const word = body.trim().toUpperCase()
  if (TOLL_FREE.test(ours) && NOT_TOLL_FREE.includes(word)) return null
  const keywords = Object.keys(KEYWORDS) as Keyword[]
  return keywords.find((candidate) => KEYWORDS[candidate].includes(word)) ?? null
}

/** What the network itself answers. */
export function replyTo(word: Keyword): string {
  return REPLIES[word]
}

/** The pair that a STOP blocks: our number and the person. */
export function optOutKey(ours: string, person: string): string {
  return `${ours} ${person}`
}
