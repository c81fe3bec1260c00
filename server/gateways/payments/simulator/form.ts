/** A form's values: texts, and what is nested in them. */
export interface Form {
  readonly [name: string]: string | Form
}

/** Read a body as Stripe's clients write it: `line_items[0][price]=…`. Lists come out keyed by their numbers. */
export function parseForm(body: string): Form {
  const form: Record<string, unknown> = Object.create(null)
  for (const [path, value] of new URLSearchParams(body)) {
    const keys = path.replaceAll(']', '').split('[')
    let place = form
    for (const key of keys.slice(0, -1)) {
      place[key] ??= Object.create(null)
      place = place[key] as Record<string, unknown>
    }
    place[keys.at(-1) ?? ''] = value
  }
  return form as Form
}

/** A value by its keys; undefined when there is none, or when it is no text. */
export function valueAt(form: Form, ...keys: readonly string[]): string | undefined {
  let found: string | Form | undefined = form
  for (const key of keys) found = typeof found === 'object' ? found[key] : undefined
  return typeof found === 'string' ? found : undefined
}
