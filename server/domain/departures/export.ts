import type { User } from '#domain/accounts'
import type { View } from '#kit/unit'
import { KEEPERS } from './keepers.ts'

/** Everything that is kept of a person, part by part: the name of each and what is in it. Read it in one snapshot. */
export async function* portable(view: View, user: User): AsyncGenerator<readonly [name: string, data: unknown]> {
  for (const { name, portable: read } of KEEPERS) if (read) yield [name, await read(view, user)]
}
