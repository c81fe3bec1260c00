import type { Unit, View } from '#kit/unit'
import type { Use } from './model.ts'

/** A file in use. */
export interface UseRow {
  readonly use: Use
  readonly subject_id: string
  readonly file_id: string
  readonly ktag_id: string | null
}

/** Note what a file is for; gives the file that the subject had before, null without one. */
export async function put(unit: Unit, row: UseRow): Promise<string | null> {
  const { use, subject_id } = row
  const inserted = await unit.sql('file_uses').insert(row).onConflict(['use', 'subject_id']).ignore().returning('use')
  if (inserted.length > 0) return null
  const before: UseRow | undefined = await unit.sql('file_uses').where({ use, subject_id }).forUpdate().first()
  if (!before) return put(unit, row)
  await unit.sql('file_uses').where({ use, subject_id }).update(row)
  return before.file_id
}

/** Forget what a subject used a file for; gives the file. */
export async function remove(unit: Unit, use: Use, subjectId: string): Promise<string | null> {
  const rows: UseRow[] = await unit.sql('file_uses').where({ use, subject_id: subjectId }).delete().returning('*')
  return rows[0]?.file_id ?? null
}

export async function isUsed(view: View, fileId: string): Promise<boolean> {
  return (await view.sql('file_uses').where({ file_id: fileId }).first('use')) !== undefined
}

/** The tags on which a file is shown. */
export async function ktagsOf(view: View, fileId: string): Promise<readonly string[]> {
  return view.sql('file_uses').where({ file_id: fileId }).whereNotNull('ktag_id').pluck('ktag_id')
}

export async function listBySubjects(view: View, use: Use, subjectIds: readonly string[]): Promise<readonly UseRow[]> {
  if (subjectIds.length === 0) return []
  return view
    .sql('file_uses')
    .where({ use })
    .whereIn('subject_id', [...subjectIds])
}
