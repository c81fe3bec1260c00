import type { Clock } from '#kit/clock'
import { Signal } from '#kit/signal'
import type { Simulator } from '#simulator'

/** How often a sleeper looks whether the time was moved; real milliseconds. */
const LOOK_MS = 5

/** The time of a simulated phone network, for a server to go by. */
export class NetworkTime implements Clock {
  readonly #network: Simulator

  constructor(network: Simulator) {
    this.#network = network
  }

  get movedMs(): number {
    return this.now().getTime() - Date.now()
  }

  now(): Date {
    return this.#network.clock.now()
  }

  async sleepUntil(moment: Date, woken: Signal = new Signal()): Promise<void> {
    let isWoken = false
    const fired = woken.wait(2 ** 31 - 1).then(() => {
      isWoken = true
    })
    while (!isWoken && this.now() < moment) await Promise.race([fired, new Signal().wait(LOOK_MS)])
  }
}
