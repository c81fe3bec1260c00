import * as texts from '#domain/texts'
import type { Database } from '#kit/unit'
import { once } from './heard.ts'

/** What the carrier tells us of texts, turned into domain verbs. */

/** A text came in. */
export async function texted(
  database: Database,
  text: { readonly carrierId: string; readonly from: string; readonly to: string; readonly body: string },
): Promise<void> {
  await database.write((unit) => texts.receive(unit, text))
}

/** A text that we sent has come further; false when this was heard before. */
export async function textProgressed(
  database: Database,
  receipt: string,
  text: string,
  report: { readonly status: texts.TextStatus; readonly carrierId: string; readonly errorCode: number | null },
): Promise<boolean> {
  return once(database, receipt, (unit) => texts.report(unit, text, report))
}
