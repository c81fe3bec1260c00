import type { Unit, View } from '#kit/unit'
import { TEXT_RANK } from './model.ts'

/** What waits for a phone and is not being handed over just now will not be sent. */
export async function withdraw(unit: Unit, phone: string): Promise<void> {
  await unit
    .sql('texts')
    .where({ phone, direction: 'out', rank: TEXT_RANK.queued })
    .whereNotIn('purpose', ['code', 'link'])
    .whereNull('claimed_at')
    .update({ status: 'skipped', rank: TEXT_RANK.skipped, reason: 'withdrawn', due_at: null, updated_at: unit.now })
}

/**
 * Delete some texts to a phone that do not wait any more, and leave nothing of texts from there whose media are gone but
 * the carrier's id, so that they are not taken for news when the carrier is asked; gives how many.
 */
export async function purge(
  unit: Unit,
  { phone, until, except }: { readonly phone: string; readonly until: Date; readonly except: string },
  most: number,
): Promise<number> {
  const some = unit
    .sql('texts')
    .where({ phone })
    .whereNot({ purpose: except })
    .andWhere('created_at', '<=', until)
    .andWhere((over) => over.where('rank', '>', TEXT_RANK.queued).orWhere('expires_at', '<=', unit.now))
    .whereNotExists(unit.sql('text_media').select(unit.sql.raw('1')).whereRaw('text_media.text_id = texts.id'))
    .limit(most)
    .select('id')
  const sent = await unit.sql('texts').whereIn('id', some).andWhere({ direction: 'out' }).delete()
  const came = await unit
    .sql('texts')
    .whereIn('id', some)
    .andWhere({ direction: 'in' })
    .update({ phone: '', body: null })
  return sent + came
}

/** The texts of a phone, both ways. */
export async function listPortable(view: View, phone: string): Promise<readonly unknown[]> {
  const columns = ['id', 'direction', 'our_number', 'body', 'purpose', 'status', 'created_at']
  return view.sql('texts').where({ phone }).orderBy('id').select(columns)
}
