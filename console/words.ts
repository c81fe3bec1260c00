import type { Kadoink } from '#client'

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const SECONDS = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** When something was, as short as it can be said today. */
export function moment(at: string): string {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date().toDateString()
  return (isToday ? CLOCK : DAY).format(date)
}

/** When something was, to the second. */
export function second(at: Date): string {
  return SECONDS.format(at)
}

/** Minutes and seconds. */
export function lasting(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
}

/** One thing or several. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`
}

/** Who a message is from. */
export function sender({ from }: Kadoink.Message): string {
  return from.name ?? (from.ktag ? `*${from.ktag.name}` : (from.mobile ?? 'A hidden number'))
}

/** A machine's word for people: `no_answer` is no answer. */
export function plain(word: string): string {
  return word.replaceAll('_', ' ')
}
