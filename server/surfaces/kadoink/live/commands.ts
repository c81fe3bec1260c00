import { CommandExecuted } from '#domain/commands'
import { frame, type On } from './frames.ts'

/** What apps see of the commands that their user has had run, on whatever device. */
export function commandFrames(on: On): void {
  on(CommandExecuted, ({ event: { data } }) => {
    const { run_id: id, source, text, verb, canonical, status, reply, code } = data
    return [frame('account', 'command.executed', { id, source, text, verb, canonical, status, reply, code })]
  })
}
