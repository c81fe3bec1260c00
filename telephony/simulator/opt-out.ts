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

/** The keyword a text consists of, or null: `STOP PLEASE` is none. */
export function keyword(body: string): Keyword | null {
  const word = body.trim().toUpperCase()
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
