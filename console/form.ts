import { KadoinkError, KadoinkNetworkError } from '#client'
import { h, say } from './dom.ts'

/** A labelled field, and the place where it is said what is wrong with it. */
export function field(label: string, input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): HTMLElement {
  const fault = h('small', { class: 'fault', id: `fault-${++made}`, hidden: true })
  input.setAttribute('aria-describedby', fault.id)
  return h('label', {}, h('span', {}, label), input, fault)
}

let made = 0

/** A place where it is said what was refused. */
export function alertPlace(): HTMLElement {
  return h('p', { class: 'alert', role: 'alert', hidden: true })
}

/** Have a form do something when it is sent: once at a time, with what was refused said beside what caused it. */
export function onSubmit(form: HTMLFormElement, work: () => Promise<unknown>): void {
  const refused = alertPlace()
  form.append(refused)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void attempt(form, refused, work)
  })
}

/** Have a button do something, with what was refused said in a place of its own. */
export function onPress(button: HTMLButtonElement, refused: HTMLElement, work: () => Promise<unknown>): void {
  button.addEventListener('click', () => void attempt(button, refused, work))
}

async function attempt(asker: HTMLElement, refused: HTMLElement, work: () => Promise<unknown>): Promise<void> {
  if (asker.getAttribute('aria-busy') === 'true') return
  asker.setAttribute('aria-busy', 'true')
  clear(asker, refused)
  try {
    await work()
  } catch (error) {
    show(asker, refused, error)
  } finally {
    asker.removeAttribute('aria-busy')
  }
}

function clear(asker: HTMLElement, refused: HTMLElement): void {
  refused.hidden = true
  for (const fault of asker.querySelectorAll<HTMLElement>('.fault')) fault.hidden = true
  for (const input of asker.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid')
}

function show(asker: HTMLElement, refused: HTMLElement, error: unknown): void {
  const fields = error instanceof KadoinkError ? Object.entries(error.fields) : []
  const isAllBeside = fields.map(([name, words]) => saidBeside(asker, name, words)).every((isSaid) => isSaid)
  if (fields.length === 0 || !isAllBeside) {
    const strange = fields.filter(([name]) => !inputOf(asker, name)).map(([name, words]) => `${name}: ${words}`)
    say(refused, [sentence(error), ...strange].join(' '))
    refused.hidden = false
  }
  asker.querySelector<HTMLElement>('[aria-invalid]')?.focus()
}

/** Marks a field as wrong, and says why beside it; false when there is no place to say it. */
function saidBeside(asker: HTMLElement, name: string, words: string): boolean {
  const input = inputOf(asker, name)
  input?.setAttribute('aria-invalid', 'true')
  const fault = document.getElementById(input?.getAttribute('aria-describedby') ?? '')
  if (!fault) return false
  say(fault, words)
  fault.hidden = false
  return true
}

/** The field that a name is about: `to.0.mobile` is about `to`. */
function inputOf(asker: HTMLElement, name: string): HTMLElement | null {
  return asker.querySelector(`[name="${CSS.escape(name.split('.', 1)[0] ?? '')}"]`)
}

/** What a person is told of an error. */
export function sentence(error: unknown): string {
  if (error instanceof KadoinkError) {
    const { message, retryAfterSeconds } = error
    return retryAfterSeconds === null ? message : `${message} (In ${retryAfterSeconds} s.)`
  }
  if (error instanceof KadoinkNetworkError) return 'The server cannot be reached. Whether it was done is not known.'
  return error instanceof Error ? error.message : String(error)
}
