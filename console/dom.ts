/** What an element is made with: `true` is an attribute without a value, null and false are none. */
type Attributes = Readonly<Record<string, string | number | boolean | null>>
type Child = Node | string | null

/** Make an element. Words become text, whatever stands in them. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue
    element.setAttribute(key, value === true ? '' : String(value))
  }
  element.append(...children.filter((child) => child !== null))
  return element
}

/** Say something in an element, unless it says so already: what stands still is not read out again. */
export function say(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words
}

/** A part of the page that shows something of the state. */
export interface Part<Shown> {
  readonly element: HTMLElement
  draw(shown: Shown): void
}

/**
 * Draws a list: an item keeps its element as long as it is there, so that what somebody plays, has focused or is typing
 * in goes on.
 */
export function listIn<Item>(
  list: HTMLElement,
  keyOf: (item: Item) => string | number,
  make: (item: Item) => Part<Item>,
): (items: readonly Item[]) => void {
  let parts = new Map<string | number, { part: Part<Item>; item: Item }>()
  return (items) => {
    const next: typeof parts = new Map()
    for (const item of items) {
      const key = keyOf(item)
      const known = parts.get(key)
      const part = known?.part ?? make(item)
      if (!known || known.item !== item) part.draw(item)
      next.set(key, { part, item })
    }
    for (const [key, { part }] of parts) if (!next.has(key)) part.element.remove()
    let before: Element | null = list.firstElementChild
    for (const { part } of next.values()) {
      if (part.element === before) before = before.nextElementSibling
      else list.insertBefore(part.element, before)
    }
    parts = next
  }
}
