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
  form.noValidate = false
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
  const rest = error instanceof KadoinkError ? faultsBeside(asker, error) : []
  const isAllBeside = error instanceof KadoinkError && Object.keys(error.fields).length > 0 && rest.length === 0
  if (!isAllBeside) {
    say(refused, [sentence(error), ...rest].join(' '))
    refused.hidden = false
  }
  asker.querySelector<HTMLElement>('[aria-invalid]')?.focus()
}

/** Says what is wrong with a field beside it; gives what there is no field for. */
function faultsBeside(asker: HTMLElement, { fields }: KadoinkError): readonly string[] {
  return Object.entries(fields).flatMap(([name, words]) => {
    const input = asker.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)
    const fault = document.getElementById(input?.getAttribute('aria-describedby') ?? '')
    if (!input || !fault) return [`${name}: ${words}`]
    input.setAttribute('aria-invalid', 'true')
    say(fault, words)
    fault.hidden = false
    return []
  })
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
