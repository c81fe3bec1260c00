import { portable } from '#domain/departures'
import { filesOf, type MediaFile } from '#domain/media'
import { type AdminTools, type Command, named } from './command.ts'

/** The version of the form; it changes when a reader of the last one would be misled. */
const FORMAT = 'kadoink-export/1'

/**
 * Everything that is kept of a person as one JSON document, part by part: what the database holds, in one snapshot, and
 * with `--embed` the bytes of their sounds and pictures in base64, by the ids of the files. No password, token, code or
 * hash of one is in it.
 */
export const exportUser: Command = {
  words: ['export'],
  takes: '<user> [--embed]',
  summary: 'everything that is kept of somebody, as JSON; --embed puts sounds and pictures in it',
  async run(tools, args) {
    const user = await named(tools, args)
    // Read whole before it is written: a reader that is slow must not keep a transaction open.
    const { at, parts, files } = await tools.database.snapshot(async (view) => {
      const read: string[] = []
      for await (const [name, data] of portable(view, user)) read.push(`${JSON.stringify(name)}: ${text(data)}`)
      return { at: view.now, parts: read, files: await filesOf(view, user.id) }
    })
    const head = { format: FORMAT, exported_at: at.toISOString(), user_id: user.id }
    await tools.write(`${JSON.stringify(head, null, 2).slice(0, -2)}`)
    for (const part of parts) await tools.write(`,\n  ${part}`)
    if (args.includes('--embed')) await writeBytes(tools, files)
    await tools.write('\n}\n')
  },
}

/** One file after the other; what was removed meanwhile is null. */
async function writeBytes({ blobs, write }: AdminTools, files: readonly MediaFile[]): Promise<void> {
  await write(',\n  "bytes": {')
  for (const [index, { id, blobKey }] of files.entries()) {
    const bytes = await blobs.read(blobKey)
    await write(`${index === 0 ? '' : ','}\n    "${id}": ${JSON.stringify(bytes?.toString('base64') ?? null)}`)
  }
  await write('\n  }')
}

function text(data: unknown): string {
  return JSON.stringify(data ?? null, null, 2).replaceAll('\n', '\n  ')
}
