import { sweep } from '#domain/calls'
import type { CallSnapshot, HandsetScript } from '#simulator'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import type { World } from '#test/world'

/** A fresh number whose phone behaves like this when it is rung. */
export function phoneThat(world: World, ...scripts: readonly HandsetScript[]): string {
  const number = world.freshNumber()
  world.carrier.handset(number).script(...scripts)
  return number
}

/** A phone that takes the call, joins, and hangs up so many seconds later. */
export function staysFor(seconds: number): HandsetScript {
  return {
    steps: [
      { onPrompt: '1', wait: 1 },
      { wait: seconds, hangUp: true },
    ],
  }
}

/** How often a number has been rung, whatever became of it. */
export function ringsOf(world: World, number: string): readonly CallSnapshot[] {
  return world.carrier.calls().filter(({ to }) => to === number)
}

/** Who the carrier has in the room of a call now, by number. */
export function inRoom(world: World, { id }: Json): readonly string[] {
  const rooms = world.carrier.conferences().filter(({ name }) => name === `call_${id}`)
  return rooms.flatMap(({ participants }) => participants.map(({ phone }) => phone))
}

/** How everyone on a call stands, by name. */
export function statuses(call: Json): Record<string, string> {
  return Object.fromEntries(call.participants.map((one: Json) => [one.name, one.status]))
}

/** How everyone on a person's active call stands, by name. */
export async function onCall(person: Person): Promise<Record<string, string>> {
  return statuses((await person.get('/calls/active')).body)
}

/** One participant of a person's active call, by name. */
export async function participant(person: Person, name: string): Promise<Json> {
  const { body } = await person.get('/calls/active')
  return body.participants.find((one: Json) => one.name === name)
}

/** Start a call and let it come to the point where everybody has picked up and pressed 1 who wants to. */
export async function callWith(host: Person, to: readonly Json[], more: Json = {}): Promise<Json> {
  const { status, body } = await host.post('/calls', { to, ...more })
  if (status !== 201) throw new Error(`No call came about: ${JSON.stringify(body)}`)
  await host.world.pass(8)
  return body
}

/** What became of a call in the end, as its host's app is told: wait for the frame. */
export async function callEnded(socket: Client): Promise<Json> {
  const { data } = await socket.until('event', ({ event }) => event === 'call.ended')
  return data.call
}

/** The steps of every participant that a socket has heard, by name, in order. */
export function stepsHeard({ heard }: Client): Record<string, string[]> {
  const steps: Record<string, string[]> = {}
  for (const { event, data } of heard) {
    if (event !== 'call.participant_updated') continue
    const { name, status } = data.participant as { name: string; status: string }
    steps[name] = [...(steps[name] ?? []), status]
  }
  return steps
}

/** The names of the call events that a socket has heard, each once, in order of first hearing. */
export function callEvents({ events }: Client): readonly string[] {
  return [...new Set(events.filter(({ topic }) => topic === 'call').map(({ event }) => event))]
}

/** Wait until a socket hears that somebody has come this far. */
export async function hears(socket: Client, name: string, status: string): Promise<Json> {
  const { data } = await socket.until('event', (frame) => {
    const one = frame.data.participant as { name: string; status: string } | undefined
    return frame.event === 'call.participant_updated' && one?.name === name && one.status === status
  })
  return data.participant
}

/** Bring the phone network's clock up to the server's, which goes on by itself. */
export async function sameTime(world: World): Promise<void> {
  const answer = await fetch(`${world.url}/__clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ advance_seconds: 0 }),
  })
  const { now } = (await answer.json()) as { now: string }
  const behind = Date.parse(now) - world.carrier.clock.now().getTime()
  if (behind > 0) await world.carrier.clock.advance(behind / 1000)
}

/** How the carrier treats everyone in the room of a call, by number: `muted`, `held`, or heard. */
export function heardInRoom(world: World, { id }: Json): Record<string, string> {
  const rooms = world.carrier
    .conferences()
    .filter(({ name, status }) => name === `call_${id}` && status !== 'completed')
  const people = rooms.flatMap(({ participants }) => [...participants])
  return Object.fromEntries(
    people.map(({ phone, muted, hold }) => [
      phone,
      [muted && 'muted', hold && 'held'].filter(Boolean).join(' ') || 'heard',
    ]),
  )
}

/** Everything that a socket has heard of one participant, by name, once it has caught up. */
export async function framesOf(socket: Client, name: string): Promise<readonly Json[]> {
  await caughtUp(socket)
  return socket.events
    .filter(({ event }) => event === 'call.participant_updated')
    .map(({ data }) => data.participant as Json)
    .filter((one) => one.name === name)
}

/** Wait until a socket has heard all that was told before. */
export async function caughtUp(socket: Client): Promise<void> {
  const id = socket.heard.length + 1000
  socket.say({ type: 'ping', id })
  await socket.until('pong', (frame) => frame.id === id)
}

/** Run what comes round by the clock for calls, and all that follows from it. */
export async function sweepNow(world: World): Promise<void> {
  await sweep(world.running.database)
  await world.settle()
}

/** Set the limits that were agreed with somebody. */
export async function agree({ world, user }: Person, limits: Readonly<Record<string, number>>): Promise<void> {
  await world.running.database
    .sql('users')
    .where({ id: user.id })
    .update({ limits: JSON.stringify(limits) })
}
