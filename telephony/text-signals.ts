import * as mms from '#domain/mms'
import * as texts from '#domain/texts'
import type { Database } from '#kit/unit'
import { once } from './heard.ts'

/** What the carrier tells us of texts, turned into domain verbs. */

/** A text as the carrier tells of it, with what came with it; null stands for a medium that cannot be fetched. */
export interface ToldText extends texts.ArrivedText {
  readonly media: readonly (mms.MediumAddress | null)[]
}

/** A text came in, or is found in the carrier's list. Told twice, it counts once. */
export async function texted(database: Database, { media, ...text }: ToldText): Promise<texts.Received> {
  return database.write(async (unit) => {
    const received = await texts.receive(unit, { ...text, mediaCount: media.length })
    await mms.announce(unit, received.id, media)
    return received
  })
}

/** A text that we sent has come further, under the name that the carrier was told; false when this was heard before. */
export async function textProgressed(
  database: Database,
  receipt: string,
  name: string,
  report: { readonly status: texts.TextStatus; readonly carrierId: string; readonly errorCode: number | null },
): Promise<boolean> {
  return once(database, receipt, (unit) => texts.report(unit, name, report))
}
