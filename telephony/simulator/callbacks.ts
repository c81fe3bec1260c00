import { randomUUID } from 'node:crypto'
import type { VirtualClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import type { WebhookMethod, WebhookParams, Webhooks } from './webhook.ts'

/** Where one resource reports to. */
export interface CallbackTarget {
  readonly url: string
  readonly method: WebhookMethod
}

interface Tools {
  readonly clock: VirtualClock
  readonly webhooks: Webhooks
  readonly faults: Faults
  readonly journal: Journal
  readonly random: Random
}

const SHUFFLE_SECONDS = 3

/**
 * Delivers status callbacks: those of one subject (a call, a conference, …) one after the other, as they happened,
 * unless a fault switch says otherwise. Answers are ignored; anything but a 2xx is a violation 11200.
 */
export class Callbacks {
  private readonly tools: Tools
  private readonly queues = new Map<string, Promise<void>>()

  constructor(tools: Tools) {
    this.tools = tools
  }

  send(subject: string, target: CallbackTarget, params: WebhookParams): void {
    const { random, journal, faults } = this.tools
    const { shuffle, duplicate, lose, delaySeconds } = { ...NO_FAULTS, ...faults.current.callbacks }
    const [luck, order, twin, lateness] = [random(), random(), random(), random()]
    if (luck < lose) {
      journal.note(subject, 'callback lost', params)
      return
    }
    const token = randomUUID()
    const delay = delaySeconds + (order < Number(shuffle) ? lateness * SHUFFLE_SECONDS : 0)
    const copies = twin < duplicate ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      this.schedule(subject, delay, () => this.deliver(subject, target, params, token))
    }
  }

  private schedule(subject: string, delay: number, deliver: () => Promise<void>): void {
    const { clock } = this.tools
    if (delay > 0) clock.after(delay, () => void clock.track(deliver()))
    else this.enqueue(subject, deliver)
  }

  private enqueue(subject: string, deliver: () => Promise<void>): void {
    const before = this.queues.get(subject) ?? Promise.resolve()
    const mine = before.then(deliver)
    this.queues.set(subject, mine)
    void this.tools.clock.track(mine).then(() => {
      if (this.queues.get(subject) === mine) this.queues.delete(subject)
    })
  }

  private async deliver(subject: string, target: CallbackTarget, params: WebhookParams, token: string): Promise<void> {
    const { webhooks, journal } = this.tools
    const result = await webhooks.send({ ...target, params, token })
    const outcome = result.kind === 'answered' ? String(result.status) : result.why
    journal.note(subject, 'callback', { url: target.url, outcome, ...params })
    if (result.kind === 'failed') journal.violation(`${result.code} status callback ${target.url}: ${result.why}`)
    else if (result.status >= 300) journal.violation(`11200 status callback ${target.url} answered ${result.status}`)
  }
}

const NO_FAULTS = { shuffle: 0, duplicate: 0, lose: 0, delaySeconds: 0 }
