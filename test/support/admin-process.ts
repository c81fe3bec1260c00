import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** What a command of an operator has answered. */
export interface Answered {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Run `kadoink <words>` as a process of its own. */
export async function kadoink(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Answered> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', 'server/main.ts', ...words], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, out, err }
}
