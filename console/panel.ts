import { h } from './dom.ts'

let made = 0

/** A part of the room, with a heading that names it; what counts stands beside the heading. */
export function panel(
  name: string,
  title: string,
  beside: readonly Node[],
  ...children: readonly (Node | null)[]
): HTMLElement {
  const id = `panel-${++made}`
  return h(
    'section',
    { class: `panel ${name}`, 'aria-labelledby': id },
    h('div', { class: 'heading' }, h('h2', { id }, title), ...beside),
    ...children,
  )
}
