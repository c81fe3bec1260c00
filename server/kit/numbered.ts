import type { Log } from './log.ts'
import type { Database, Unit } from './unit.ts'

/** How often what was heard is written down, and how long a number may be late before it counts as missing. */
const WRITE_MS = 500
const LATE_MS = 1_000
/** Nothing is remembered of a subject that has been silent for so long. */
const KEEP_SECONDS = 3_600

/** What watching takes. */
export interface NumberedOptions {
  readonly database: Database
  readonly log: Log
  /** A number of this subject is missing. Called in the unit that takes note of it: once for each hole. */
  readonly onMissing: (unit: Unit, subject: string) => void
  readonly writeMs?: number
  readonly lateMs?: number
}

/**
 * Watches reports that are numbered by whoever sends them, and says when some are missing. What is heard is noted in
 * memory and written down twice a second, by all processes into the same rows, so the request that brought a report
 * waits for nothing, and a report that another process has heard is not missed. Numbers begin at 0 or at 1.
 */
export class Numbered {
  readonly #options: Required<NumberedOptions>
  #heard: [subject: string, number: number][] = []
  /** Subjects with a hole, and since when. */
  readonly #suspects = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: NumberedOptions) {
    this.#options = { writeMs: WRITE_MS, lateMs: LATE_MS, ...options }
  }

  /** Begin to write down what is noted. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.#writing = this.#writing.then(() => this.#round())
    }, this.#options.writeMs).unref()
  }

  /** Write down what is noted, and stop. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    await this.#round()
  }

  /** A report of a subject was heard under its number. */
  note(subject: string, number: number): void {
    if (Number.isInteger(number) && number >= 0 && number < 2 ** 31 - 1) this.#heard.push([subject, number])
  }

  /** What could not be written down is forgotten: it will look like a hole, and a hole is only looked into. */
  async #round(): Promise<void> {
    const heard = this.#heard
    this.#heard = []
    try {
      if (heard.length > 0) this.#suspect(await this.#options.database.write((unit) => write(unit, heard)))
      await this.#tell()
    } catch (error) {
      this.#options.log.warn({ err: String(error) }, 'numbered: what was heard could not be written down')
    }
  }

  #suspect(written: readonly Written[]): void {
    for (const { subject, has_hole } of written) {
      if (!has_hole) this.#suspects.delete(subject)
      else if (!this.#suspects.has(subject)) this.#suspects.set(subject, performance.now())
    }
  }

  async #tell(): Promise<void> {
    const due = performance.now() - this.#options.lateMs
    const late = [...this.#suspects].filter(([, since]) => since <= due).map(([subject]) => subject)
    if (late.length === 0) return
    await this.#options.database.write(async (unit) => {
      for (const subject of await fill(unit, late)) this.#options.onMissing(unit, subject)
    })
    for (const subject of late) this.#suspects.delete(subject)
  }
}

/** Forget the subjects of which nothing has been heard for an hour. */
export async function forgetSilent(unit: Unit): Promise<void> {
  await unit
    .sql('heard_numbers')
    .where('heard_at', '<', new Date(unit.now.getTime() - KEEP_SECONDS * 1000))
    .delete()
}

interface Written {
  readonly subject: string
  readonly has_hole: boolean
}

const HAS_HOLE = '(heard <> multirange(range_merge(heard)) or lower(heard) > 1)'

async function write(unit: Unit, heard: readonly (readonly [string, number])[]): Promise<readonly Written[]> {
  const { rows } = await unit.sql.raw<{ rows: Written[] }>(
    `insert into heard_numbers as known (subject, heard, heard_at)
     select subject, range_agg(int4range(number, number, '[]')), :now
       from unnest(cast(:subjects as text[]), cast(:numbers as integer[])) as told (subject, number)
      group by subject order by subject
     on conflict (subject) do update set heard = known.heard + excluded.heard, heard_at = excluded.heard_at
     returning subject, ${HAS_HOLE} as has_hole`,
    { now: unit.now, subjects: heard.map(([subject]) => subject), numbers: heard.map(([, number]) => number) },
  )
  return rows
}

/** Take holes as known; gives the subjects that still had one. */
async function fill(unit: Unit, subjects: readonly string[]): Promise<readonly string[]> {
  const { rows } = await unit.sql.raw<{ rows: Written[] }>(
    `update heard_numbers set heard = multirange(int4range(0, upper(heard)))
      where subject = any(cast(:subjects as text[])) and ${HAS_HOLE}
     returning subject`,
    { subjects: [...subjects] },
  )
  return rows.map(({ subject }) => subject)
}
