import { measure } from '#domain/texts'
import type { CodeMessage, Language } from './model.ts'

/**
 * What a code says of itself, by channel, purpose and language. This deployment's own codes are in English; those of
 * realms name the realm.
 */

/** A letter with a code. */
export interface CodeLetter {
  readonly subject: string
  readonly text: string
}

/** What is said of a code on the phone. */
export interface CodeSpeech {
  readonly language: Language
  /** With the digits apart from each other: together they would be read as one number. */
  readonly first: string
  readonly again: string
  readonly goodbye: string
}

/** What stands in a text or a message, and in a letter, in one language. */
interface Phrases {
  /** The most that is said in a text, and less and less of it. */
  readonly texts: readonly ((code: string, project: string, lives: string) => string)[]
  readonly letter: (code: string, project: string, lives: string) => CodeLetter
  readonly speech: (digits: string, project: string) => Omit<CodeSpeech, 'language'>
  readonly minutes: (minutes: number) => string
}

const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    texts: [
      (code, project, lives) => `${code} is your code for ${project}. It works for ${lives}. Tell it to nobody.`,
      (code, project) => `${code} is your code for ${project}. Tell it to nobody.`,
      (code, project) => `${code} is your code for ${project}`,
    ],
    letter: (code, project, lives) => ({
      subject: `${code} is your code for ${project}`,
      text: `Your code for ${project} is ${code}.\n\nIt works for ${lives}. If you did not ask for it, ignore this letter.\n`,
    }),
    speech: (digits, project) => ({
      first: `Your code for ${project} is: ${digits}.`,
      again: `Once more: ${digits}.`,
      goodbye: 'Goodbye.',
    }),
    minutes: (minutes) => (minutes === 1 ? '1 minute' : `${minutes} minutes`),
  },
  ru: {
    texts: [
      (code, project, lives) => `${code} - ваш код для ${project}. Действует ${lives}. Никому его не сообщайте.`,
      (code, project) => `${code} - ваш код для ${project}. Никому его не сообщайте.`,
      (code, project) => `${code} - ваш код для ${project}`,
    ],
    letter: (code, project, lives) => ({
      subject: `${code} - ваш код для ${project}`,
      text: `Ваш код для ${project}: ${code}.\n\nОн действует ${lives}. Если вы его не запрашивали, не обращайте внимания на это письмо.\n`,
    }),
    speech: (digits, project) => ({
      first: `Ваш код для ${project}: ${digits}.`,
      again: `Ещё раз: ${digits}.`,
      goodbye: 'До свидания.',
    }),
    minutes: (minutes) => `${minutes} ${russianMinutes(minutes)}`,
  },
}

/** What this deployment's own mailed codes do. */
const WHAT_FOR: Partial<Record<CodeMessage['purpose'], string>> = {
  register: 'finish your registration',
  email: 'confirm this address',
  departure: 'delete your account',
}

/** A code as a text, in one segment: what does not fit is left out, the end of the project's name last of all. */
export function codeText(message: CodeMessage): string {
  const { project, language } = message.wording
  if (project === null) return ownText(message)
  const { texts } = PHRASES[language]
  const whole = texts.map((phrase) => phrase(message.code, project, livesOf(message)))
  const fitting = whole.find((text) => measure(text).segments === 1)
  if (fitting !== undefined) return fitting
  const shortest = texts.at(-1) ?? whole[0]
  const letters = [...project]
  for (let kept = letters.length - 1; kept > 0; kept--) {
    const text = (shortest as Phrases['texts'][number])(message.code, `${letters.slice(0, kept).join('')}...`, '')
    if (measure(text).segments === 1) return text
  }
  return message.code
}

/** A code as a message where length costs nothing. */
export function codeNote(message: CodeMessage): string {
  const { project, language } = message.wording
  if (project === null) return ownText(message)
  const [longest] = PHRASES[language].texts
  return longest ? longest(message.code, project, livesOf(message)) : message.code
}

/** A code as a letter. */
export function codeLetter(message: CodeMessage): CodeLetter {
  const { code, purpose, wording } = message
  if (wording.project !== null) return PHRASES[wording.language].letter(code, wording.project, livesOf(message))
  const what = WHAT_FOR[purpose] ?? 'sign in'
  return {
    subject: `${code} is your Kadoink code`,
    text: `Your code to ${what} is ${code}.\n\nIt works for 10 minutes. If you did not ask for it, ignore this letter.\n`,
  }
}

/** A code as it is read out. */
export function codeSpeech({ code, wording: { project, language } }: CodeMessage): CodeSpeech {
  // A comma is a short pause; without it the digits become one large number.
  const digits = [...code].join(', ')
  const said = PHRASES[language].speech(digits, project ?? '')
  return { language, ...said, ...(project === null && { first: `Your Kadoink code is: ${digits}.` }) }
}

/** The one that begins the texts of a tag says what they may cost and how they end (CTIA). */
function ownText({ purpose, code, payload }: CodeMessage): string {
  if (purpose === 'follow') {
    return `${code} is your code for the texts of *${payload.ktag_name}. Msg&data rates may apply. Reply STOP to end.`
  }
  const what = purpose === 'departure' ? 'code to delete your Kadoink account' : 'Kadoink code'
  return `${code} is your ${what}. It works for 10 minutes. Tell it to nobody.`
}

function livesOf({ wording: { language, liveSeconds } }: CodeMessage): string {
  return PHRASES[language].minutes(Math.max(1, Math.floor(liveSeconds / 60)))
}

/** 1 минуту, 2 минуты, 5 минут, 11 минут, 21 минуту. */
function russianMinutes(count: number): string {
  const [tens, ones] = [count % 100, count % 10]
  if (tens > 10 && tens < 20) return 'минут'
  if (ones === 1) return 'минуту'
  return ones >= 2 && ones <= 4 ? 'минуты' : 'минут'
}
