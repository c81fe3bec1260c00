import type { WidgetTheme } from '#domain/widgets'

const LIGHT = '--paper: #fff; --ink: #1c2024; --soft: #60646c; --line: #d9dce1; --field: #fff; --bad: #c4262e'
const DARK = '--paper: #18191b; --ink: #edeef0; --soft: #b0b4ba; --line: #43484e; --field: #212225; --bad: #ff9592'
const OURS = '#3451b2'

/**
 * How a widget looks: a quiet card in the owner's colour, legible in the light and in the dark, from 200 pixels on. Only
 * the card has a colour scheme: browsers paint a frame opaque whose own scheme is not the one of the page around it, and
 * then there would be corners behind its round ones.
 */
export function styleOf({ color, dark, width }: WidgetTheme): string {
  const accent = color ?? OURS
  return `
:root { ${dark === true ? DARK : LIGHT}; --accent: ${accent}; --on-accent: ${inkOn(accent)}; color-scheme: normal }
${dark === null ? `@media (prefers-color-scheme: dark) { :root { ${DARK} } }` : ''}
html { font: 1rem/1.5 system-ui, sans-serif; background: transparent }
body { box-sizing: border-box; color: var(--ink); margin: 0; max-width: ${width === null ? 'none' : `${width}px`}; padding: 0 }
main { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; color-scheme: ${schemeOf(dark)};
  padding: 1.125rem 1.25rem }
h1 { font-size: 1.0625rem; margin: 0; overflow-wrap: anywhere }
p { margin: .375rem 0 0; overflow-wrap: anywhere }
form { gap: .75rem; margin: .875rem 0 0 }
label { color: var(--soft); font-size: .875rem; gap: .25rem }
input, textarea { background: var(--field); border: 1px solid var(--line); border-radius: .5rem; box-sizing: border-box;
  color: var(--ink); font-size: 1rem; min-width: 0; padding: .5625rem .75rem; width: 100% }
textarea { min-height: 6rem; resize: vertical }
button { background: var(--accent); border: 0; border-radius: .5rem; color: var(--on-accent); font-size: 1rem;
  padding: .625rem 1rem }
button:hover { filter: brightness(1.08) }
input:focus-visible, textarea:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
ol { display: grid; gap: .875rem; list-style: none; margin: .875rem 0 0; padding: 0 }
li { border-top: 1px solid var(--line); padding-top: .875rem }
li p { margin: 0; white-space: pre-line }
img, audio { border-radius: .5rem; display: block; height: auto; margin: .5rem 0; max-width: 100% }
audio { height: 2.5rem }
time, .small { color: var(--soft); font-size: .8125rem }
.small { line-height: 1.4; margin: 0 }
[role=alert] { border: 0; color: var(--bad); margin: .625rem 0 0; padding: 0 }
.trap { height: 1px; left: -9999px; overflow: hidden; position: absolute; width: 1px }
footer { font-size: .75rem; margin: .875rem 0 0 }
`
}

/** Tells the page around it how high it is; without it, the frame keeps the height that it was given. */
export const TELL_HEIGHT =
  'if (parent !== window) new ResizeObserver(() => parent.postMessage({ kadoinkHeight: ' +
  "Math.ceil(document.body.getBoundingClientRect().height) }, '*')).observe(document.body)"

/** Black or white, whichever is read better on a colour (WCAG 2.2, relative luminance). */
function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(color.slice(at, at + 2), 16) / 255),
  )
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return luminance > 0.179 ? '#000' : '#fff'
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

function schemeOf(dark: boolean | null): string {
  if (dark === null) return 'light dark'
  return dark ? 'dark' : 'light'
}
