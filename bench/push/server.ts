import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { fingerprint } from '#kit/secret'
import { start } from '#server/compose'
import { readConfig } from '#server/config'
import { serve } from './child.ts'
import { type Manner, now } from './wire.ts'

/** What a server under measurement is asked. */
export type ServerAsked =
  | { readonly do: 'publish'; readonly times: number; readonly text: string }
  /** Milliseconds of CPU so far. */
  | { readonly do: 'spent' }
  /** Bytes of memory now. */
  | { readonly do: 'resident' }

/** Where a server is, and how its clients come in. */
export interface Served {
  readonly url: string
  readonly manner: Manner
}

interface Contestant extends Served {
  /** Tell everybody; ours tell what a tag's followers hear, the others this text. */
  publish(times: number, text: string): void | Promise<void>
}

/** The event that followers of a tag hear when it is edited, as `domain/tags` declares it. */
const KtagChanged = defineEvent(
  'ktag.changed',
  z.object({ ktag_id: z.string(), owner_id: z.string(), change: z.literal('updated') }),
)

const { CONTESTANT = '', KTAG_ID = '', OWNER_ID = '', DATABASE_URL = '' } = process.env

const contestants: Readonly<Record<string, () => Promise<Contestant>>> = {
  'Kadoink, REALTIME_PORT': () => kadoink('all', (running) => running.realtimeUrl ?? ''),
  'Kadoink, PORT': () => kadoink('all', ({ url }) => `${url?.replace('http', 'ws')}/api/v1/realtime`),
  'Kadoink, realtime': () => kadoink('realtime', (running) => running.realtimeUrl ?? ''),
  'raw uWebSockets.js': rawUws,
  'plain ws loop': plainWs,
  'Socket.IO': socketIo,
}

async function kadoink(
  type: 'all' | 'realtime',
  urlOf: (running: Awaited<ReturnType<typeof start>>) => string,
): Promise<Contestant> {
  const running = await start(readConfig(type, process.env))
  return {
    url: urlOf(running),
    manner: 'kadoink',
    publish: (times) =>
      running.database.write(async (unit) => {
        const data = { ktag_id: KTAG_ID, owner_id: OWNER_ID, change: 'updated' } as const
        for (let time = 0; time < times; time++) unit.emit(KtagChanged, data, [`tag:${KTAG_ID}`])
      }),
  }
}

/** The least that uWebSockets.js can do: everybody joins one topic, and it publishes. */
async function rawUws(): Promise<Contestant> {
  const { default: uws } = (await import('uWebSockets.js')) as unknown as { default: typeof import('uWebSockets.js') }
  const app = uws.App()
  app.ws('/*', { maxBackpressure: 64 * 1024 * 1024, open: (socket) => void socket.subscribe('all') })
  const port = await new Promise<number>((resolve) => {
    app.listen('127.0.0.1', 0, (listening) => resolve(uws.us_socket_local_port(listening || 0)))
  })
  return {
    url: `ws://127.0.0.1:${port}/`,
    manner: 'plain',
    publish: (times, text) => each(times, () => app.publish('all', text)),
  }
}

/** What most servers do: look the token up, then send to each client in a loop. */
async function plainWs(): Promise<Contestant> {
  const { WebSocketServer } = await import('ws')
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
  const acceptor = new WebSocketServer({ noServer: true })
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('upgrade', async (request, socket, head) => {
    const token = fingerprint(String(request.headers.authorization).slice('Bearer '.length))
    const { rows } = await pool.query(
      'select users.* from sessions join users on users.id = sessions.user_id where token_hash = $1 and revoked_at is null',
      [token],
    )
    if (rows.length === 0) socket.destroy()
    else acceptor.handleUpgrade(request, socket, head, (client) => acceptor.emit('connection', client, request))
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    manner: 'plain',
    publish: (times, text) =>
      each(times, () => {
        for (const client of acceptor.clients) client.send(text)
      }),
  }
}

async function socketIo(): Promise<Contestant> {
  const { Server } = await import('socket.io')
  const server = createServer().listen(0, '127.0.0.1')
  const io = new Server(server, { transports: ['websocket'] })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`,
    manner: 'socket.io',
    publish: (times, text) => each(times, () => io.emit('event', text)),
  }
}

function each(times: number, work: () => void): void {
  for (let time = 0; time < times; time++) work()
}

const contestant = await contestants[CONTESTANT]?.()
if (!contestant) throw new Error(`There is no ${CONTESTANT}.`)
const { url, manner } = contestant

serve<ServerAsked>({ url, manner }, async (asked) => {
  if (asked.do === 'publish') {
    const at = now()
    await contestant.publish(asked.times, asked.text)
    return { at }
  }
  if (asked.do === 'spent') {
    const { user, system } = process.cpuUsage()
    return { value: (user + system) / 1000 }
  }
  globalThis.gc?.()
  return { value: process.memoryUsage.rss() }
})
