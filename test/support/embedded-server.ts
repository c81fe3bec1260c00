// A server as small as can be: it has PostgreSQL, and does what its standard input says. Run as a process of its own,
// since the tests kill it.
import { createServer, type Server, Server as Servers } from 'node:net'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { DataDirectoryInUse, startEmbeddedPostgres } from '#server/embedded-postgres/index'

const [dataDir = '', habit] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const log = {
  info: (facts: object, message: string) => say({ log: message, ...facts }),
  warn: (facts: object, message: string) => say({ warning: message, ...facts }),
}

/** Another program of this machine that binds the first port we look at, as soon as we let go of it. */
function letAThiefTakeTheFirstPort(): void {
  const { close } = Servers.prototype
  Servers.prototype.close = function (this: Server, done?: (error?: Error) => void) {
    Servers.prototype.close = close
    const address = this.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return close.call(this, () => {
      createServer()
        .unref()
        .listen(port, '127.0.0.1', () => done?.())
    })
  }
}

async function answerOnce(url: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ answer: number }>('select 42 as answer')
  await client.end()
  return rows[0]?.answer ?? 0
}

async function main(): Promise<void> {
  if (habit === 'robbed') letAThiefTakeTheFirstPort()
  const began = performance.now()
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const news = { url: postgres.url, tookMs: performance.now() - began }
  if (habit === 'forgetful') return void say(news)

  createInterface(process.stdin).on('line', async () => {
    await postgres.stop()
    process.exit(0)
  })
  process.on('SIGINT', async () => {
    say({ answer: await answerOnce(postgres.url) })
    await postgres.stop()
    process.exit(0)
  })
  // Said last: who reads it may interrupt us at once.
  say(news)
}

main().catch((error: Error) => {
  say({ refusal: error.message, isInUse: error instanceof DataDirectoryInUse })
  process.exit(1)
})
