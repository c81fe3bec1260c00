import { ask, spoken } from './speech.ts'

const ANSWER_SECONDS = 10
const TAG_SECONDS = 8
const TIMES_ASKED = 3
const MAX_CHOICES = 9

/**
 * Ask a caller for a tag or an extension, up to three times. The digits, without the pound key, go to `action`
 * as `Digits`. `callerName` is null for somebody whom we do not know.
 */
export function askTag({
  action,
  callerName,
}: {
  readonly action: string
  readonly callerName: string | null
}): string {
  const name = spoken(callerName ?? '')
  const question = `${name === '' ? 'Hi.' : `Hi ${name}.`} Enter the tag or extension, then pound.`
  return ask({ question, times: TIMES_ASKED, gather: { action, finishOnKey: '#', timeout: TAG_SECONDS } })
}

/**
 * Several people have what the caller entered: read their names, in this order, for the keys 1 to 9. More than nine
 * are not read. The key goes to `action` as `Digits`.
 */
export function chooseTag({
  action,
  choices,
}: {
  readonly action: string
  readonly choices: readonly string[]
}): string {
  const question = choices
    .slice(0, MAX_CHOICES)
    .map((name, index) => `For ${spoken(name) || 'somebody without a name'}, press ${index + 1}.`)
    .join(' ')
  return ask({ question, times: TIMES_ASKED, gather: { action, numDigits: 1, timeout: ANSWER_SECONDS } })
}
