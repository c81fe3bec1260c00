import { z } from 'zod'
import { defineEvent } from '#kit/event'
import { defineFault, Fault, InternalError, NotFound, Unauthorized } from '#kit/fault'
import { defineLive, type LiveSurface, type LiveUser } from '#kit/live'
import type { View } from '#kit/unit'

/** Somebody was sent a note. */
export const NoteSent = defineEvent('note.sent', z.object({ text: z.string(), owner: z.string() }))
/** Something happened in a call. */
export const CallMoved = defineEvent('test_call.moved', z.object({ call: z.string(), step: z.number() }))
/** Nobody can tell what this was. */
export const Riddle = defineEvent('riddle.posed', z.object({ owner: z.string() }))

/** Somebody follows a tag, or may do more than before. */
export const Granted = defineEvent('person.granted', z.object({ owner: z.string() }))
/** Something was said on a tag. */
export const TagSaid = defineEvent('tag.said', z.object({ text: z.string() }))

export const MobileUnverified = defineFault('mobile_unverified', 'forbidden', 'Verify your mobile number first.')
const Strangers = defineFault('not_a_participant', 'forbidden', 'You are not in that call.')

const STATUS: Partial<Record<Fault['type']['kind'], number>> = {
  invalid: 422,
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  method_not_allowed: 405,
  exhausted: 429,
  unavailable: 503,
}

/** A small surface: notes in an inbox, calls, and a table of tokens instead of accounts. */
export class TestSurface implements LiveSurface {
  readonly name = 'test'
  readonly path = '/test/realtime'
  readonly protocol = 'test.v1'
  readonly topics = ['inbox', 'call', 'account']
  readonly regrants = new Set([Granted.name])
  /** Whose token it is, or why it is no good. */
  readonly tokens = new Map<string, LiveUser | Fault>()
  /** Calls that are there, each with those who may see it. */
  readonly calls = new Map<string, { steps: number; seenBy: Set<string> }>()
  /** Awaited after each look at a token; lets a test hold a sign-in. */
  onCheck: () => Promise<void> | undefined = () => undefined
  /** Awaited before each look at a call; lets a test hold a subscription. */
  onResolve: () => Promise<void> | undefined = () => undefined
  /** Awaited before each rendering; lets a test hold a replay. */
  renderGate: (channel: string) => Promise<void> | undefined = () => undefined
  /** Put into each note. */
  padding = ''

  readonly map = defineLive((on) => {
    on(NoteSent, async ({ channel, event }) => {
      await this.renderGate(channel)
      const data = { ...event.data, padding: this.padding }
      return [
        { topic: 'inbox', event: 'inbox.note', data },
        { topic: 'account', event: 'account.noted', data: { text: event.data.text } },
      ]
    })
    on(CallMoved, ({ channel, event }) => {
      const topic = channel.startsWith('user:') ? 'call' : `call:${event.data.call}`
      return [{ topic, event: 'call.moved', data: event.data }]
    })
    on(Granted, () => [{ topic: 'account', event: 'account.granted', data: {} }])
    on(TagSaid, ({ event }) => [{ topic: 'inbox', event: 'inbox.said', data: event.data }])
    on(Riddle, () => {
      throw new Error('Nobody knows.')
    })
  })

  async authenticate(_view: View, token: string): Promise<LiveUser> {
    const holder = this.tokens.get(token)
    await this.onCheck()
    if (!holder) throw Unauthorized()
    if (holder instanceof Fault) throw holder
    return holder
  }

  async recheck(view: View, { sessionId }: LiveUser): Promise<LiveUser> {
    const [token = ''] =
      [...this.tokens].find(([, holder]) => !(holder instanceof Fault) && holder.sessionId === sessionId) ?? []
    return this.authenticate(view, token)
  }

  async resolve(
    _view: View,
    user: LiveUser,
    topic: string,
  ): Promise<{ channel: string; snapshot: unknown } | undefined> {
    await this.onResolve()
    const [kind, id = ''] = topic.split(':')
    if (kind !== 'call') return undefined
    const call = this.calls.get(id)
    if (!call) throw NotFound({ message: 'No such call.' })
    if (!call.seenBy.has(user.userId)) throw Strangers()
    return { channel: `call:${id}`, snapshot: { call: { id, steps: call.steps } } }
  }

  renderError(error: unknown) {
    const fault = error instanceof Fault ? error : InternalError()
    const { type, message, fields } = fault
    return { status: STATUS[type.kind] ?? 500, headers: {}, body: { error: { code: type.code, message, fields } } }
  }
}

/** Something that a test waits for, or lets others wait for. */
export class Gate {
  open: () => void = () => {}
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve
  })
}
