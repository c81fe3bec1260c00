/** What the page was told of the machine that it comes from. */
export interface Machine {
  /** Where sockets are opened when that is another host; else undefined. */
  readonly socketsUrl: string | undefined
  /** Its own phone number. */
  readonly number: string
  /** Whether the phone network is simulated, and its phones can be looked at. */
  readonly hasPhones: boolean
  readonly hasMail: boolean
}

/** The place that the page has for the console. */
export const place: HTMLElement = document.getElementById('console') ?? document.body

export const machine: Machine = {
  socketsUrl: place.dataset.sockets,
  number: place.dataset.number ?? '',
  hasPhones: place.dataset.phones !== undefined,
  hasMail: place.dataset.mail !== undefined,
}
