import { secondsAfter } from '#kit/clock'
import { confirm, confirmedAt } from '#kit/confirmed'
import type { ListPart } from '../carrier.ts'
import type { ReconcileTools } from './tools.ts'

/** The carrier's lists lag behind: so much before the confirmed moment is read once more. */
const OVERLAP_SECONDS = 120
/** A list that was never read is read from so long ago on: our clock may be ahead of the carrier's. */
const BEGINNING_SECONDS = 900
/** What is older than this is not looked for, however long we were away. */
const WINDOW_SECONDS = 3 * 86_400
/** So many records are taken at once; a stretch that holds more is read in halves. */
const MOST = 1_000
/** The carrier's times are whole seconds: a stretch of one second cannot be halved. */
const SHORTEST_MS = 2_000

/** One of the carrier's lists, and what its records mean to us. */
export interface CarrierList<Item> {
  readonly name: string
  /** How long a record that is not finished holds the confirmed moment back, so that it is seen again. */
  readonly holdsSeconds: number
  /** The latest first. */
  read(since: Date, part: ListPart): Promise<readonly Item[]>
  /** The moment under which a record stands in the list. */
  at(item: Item): Date
  /** Apply what is news, the oldest first; gives the records that are to be seen again. */
  apply(items: readonly Item[]): Promise<readonly Item[]>
}

/**
 * Read a list from its confirmed moment on and apply it. The moment moves after each stretch that was applied, and is one
 * that the carrier itself has written, so its clock and ours may differ. Whoever is cut off begins again where they were.
 */
export async function catchUp<Item>(
  { database, log, isStopping }: ReconcileTools,
  list: CarrierList<Item>,
): Promise<void> {
  const { now, confirmed } = await database.write(async (unit) => {
    return { now: unit.now, confirmed: await confirmedAt(unit, list.name, secondsAfter(unit.now, -BEGINNING_SECONDS)) }
  })
  const oldest = secondsAfter(now, -WINDOW_SECONDS)
  if (confirmed < oldest) log.warn({ list: list.name, confirmed }, 'reconcile: away for too long to read everything')
  const held: Date[] = []

  const stretch = async (since: Date, until: Date | null): Promise<void> => {
    if (isStopping()) return
    const part = until === null ? {} : { until }
    const some = await list.read(since, { ...part, most: MOST + 1 })
    const end = until ?? latest(some.map(list.at))
    if (end === null) return
    const middle = some.length > MOST ? halfway(since, end) : null
    if (middle) {
      await stretch(since, middle)
      return stretch(middle, until)
    }
    const all = some.length > MOST ? await list.read(since, part) : some
    held.push(...(await list.apply(all.toReversed())).map(list.at))
    await database.write((unit) => confirm(unit, list.name, held.filter(within(list, end)).reduce(earlier, end)))
  }
  await stretch(confirmed < oldest ? oldest : secondsAfter(confirmed, -OVERLAP_SECONDS), null)
}

function within<Item>({ holdsSeconds }: CarrierList<Item>, end: Date): (moment: Date) => boolean {
  return (moment) => moment > secondsAfter(end, -holdsSeconds)
}

function halfway(since: Date, until: Date): Date | null {
  const length = until.getTime() - since.getTime()
  return length < SHORTEST_MS ? null : new Date(Math.floor((since.getTime() + length / 2) / 1000) * 1000)
}

function latest(moments: readonly Date[]): Date | null {
  return moments.reduce<Date | null>((one, other) => (one && one > other ? one : other), null)
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
