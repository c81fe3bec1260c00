import { type Command, CommandError } from './command.ts'

export const reconcileNow: Command = {
  words: ['reconcile'],
  takes: '',
  summary: 'ask the carrier now what it knows and we do not, as workers do every minute',
  async run({ reconcile, write }) {
    if (!reconcile)
      throw new CommandError('There is no carrier to ask: a simulated phone network is asked by the server it runs in.')
    const mended = await reconcile()
    if (mended === null) throw new CommandError('A worker is at it just now. Try again in a moment.')
    const kinds = Object.entries(mended)
    await write(kinds.length === 0 ? 'Nothing had been missed.\n' : '')
    for (const [kind, times] of kinds) await write(`${kind.padEnd(12)} ${times}\n`)
  },
}
