import type { Unit, View } from '#kit/unit'
import type { Source } from './model.ts'

/** What is kept of a command that somebody had run. */
export interface Run {
  readonly id: string
  readonly userId: string
  readonly source: Source
  readonly text: string
  readonly verb: string | null
  readonly canonical: string | null
  readonly status: 'ok' | 'confirm_required' | 'scheduled' | 'failed'
  readonly code: string | null
}

/** A command that waits for its author to say that they mean it. */
export interface Question {
  readonly text: string
  readonly source: Source
  /** The text that it came in. */
  readonly textId?: string
}

export async function insertRun(unit: Unit, run: Run): Promise<void> {
  await unit
    .sql('command_runs')
    .insert({
      id: run.id,
      user_id: run.userId,
      source: run.source,
      text: run.text,
      verb: run.verb,
      canonical: run.canonical,
      status: run.status,
      code: run.code,
      created_at: unit.now,
    })
    .options({ name: 'keep_command_run' })
}

/** Ask somebody a question; it takes the place of the one before. */
export async function ask(
  unit: Unit,
  userId: string,
  { text, source, textId }: Question,
  token: string,
  expiresAt: Date,
): Promise<void> {
  const row = { text, source, text_id: textId ?? null, token, expires_at: expiresAt }
  await unit
    .sql('command_questions')
    .insert({ user_id: userId, ...row })
    .onConflict('user_id')
    .merge()
}

/** Whether somebody was asked something that still waits for an answer. */
export async function isAsked(view: View, userId: string): Promise<boolean> {
  const waiting = view.sql('command_questions').where({ user_id: userId }).andWhere('expires_at', '>', view.now)
  return (await waiting.first('user_id')) !== undefined
}

/** Take the question that somebody was asked, once; null when there is none that still waits. */
export async function take(unit: Unit, userId: string): Promise<Question | null> {
  const [row] = await unit.sql('command_questions').where({ user_id: userId }).delete().returning('*')
  if (!row || row.expires_at <= unit.now) return null
  return { text: row.text, source: row.source, ...(row.text_id === null ? {} : { textId: row.text_id }) }
}

export async function removeAll(unit: Unit, userId: string): Promise<void> {
  await unit.sql('command_questions').where({ user_id: userId }).delete()
  await unit.sql('command_runs').where({ user_id: userId }).delete()
}

/** A person's commands as they were understood, in order. */
export async function listPortable(view: View, userId: string): Promise<readonly unknown[]> {
  const columns = ['id', 'source', 'text', 'verb', 'status', 'code', 'created_at']
  return view.sql('command_runs').where({ user_id: userId }).orderBy('id').select(columns)
}
