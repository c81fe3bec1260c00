#!/usr/bin/env node
import { commandLine } from './command-line.ts'

/** Write, and wait as long as whoever reads is behind. */
function to(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()))
    })
}

const code = await commandLine(process.argv.slice(2), process.env, {
  out: to(process.stdout),
  err: to(process.stderr),
})
// Timers of what was brought up and stopped again would keep the process for a while.
if (code !== 0) process.exit(code)
