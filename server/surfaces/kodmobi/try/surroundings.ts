/**
 * What stands around the example on the page for trying out, and on no other: the phone that the codes come to, and what
 * went over the wire. It learns of both from the events that the example makes.
 */
export const SURROUNDINGS_SCRIPT = `
const screen = at('screen')
let lit = 0

/** What has come to the simulated phone, newest last; asked for as long as somebody waits for a code. */
async function look() {
  const asked = new URLSearchParams({ phone: at('ask').phone.value })
  const answer = await fetch('/docs/kodmobi/try/phone?' + asked)
  if (!answer.ok) return
  const { number, messages } = await answer.json()
  at('number').textContent = number
  if (messages.length === screen.childElementCount && screen.dataset.number === number) return
  screen.dataset.number = number
  screen.replaceChildren(...messages.map(({ by, from, body }) => {
    const item = document.createElement('li')
    const sender = document.createElement('small')
    sender.textContent = by + ' from ' + from
    item.append(sender, body)
    return item
  }))
  screen.lastElementChild?.scrollIntoView({ block: 'nearest' })
}

addEventListener('asked', ({ detail: { path, status, body } }) => {
  at('request').textContent = 'GET ' + decodeURIComponent(path.replaceAll('+', ' '))
  at('answer').textContent = status + ' ' + JSON.stringify(body, null, 2)
  at('wire').hidden = false
  lit = 40
  look()
})
setInterval(() => {
  if (lit-- > 0 && !document.hidden) look()
}, 1500)
`

/** The sheet of the page: two columns where there is room, a phone to the right, the wire below. */
export const STYLE = `
:root { --line: #d5dae1; --quiet: #5b6675; --tint: #f3f5f8; --ink: #17202b; --accent: #0b5cad; --on-accent: #fff; --bad: #b3261e; --good: #1b7f45; --bubble: #e7effa }
@media (prefers-color-scheme: dark) {
  :root { --line: #343d49; --quiet: #9aa5b4; --tint: #1c222a; --ink: #e4e8ee; --accent: #7db5f5; --on-accent: #10161d; --bad: #f2b8b5; --good: #7ad3a0; --bubble: #26374c }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body { max-width: 64rem; padding: 2rem 1.25rem 4rem; color: var(--ink) }
header { margin-bottom: 2rem }
header h1 { font-size: 1.75rem; margin: 0 0 .5rem }
header p { max-width: 44rem; margin: 0; color: var(--quiet) }
a { color: var(--accent) }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 2.5rem; align-items: start }
.site { border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem }
.site h2 { font-size: 1.125rem; margin: 0 0 1rem }
form { margin: 0 0 1rem; gap: 1rem }
form + form { border-top: 1px solid var(--line); padding-top: 1rem }
label { color: var(--quiet); font-size: .9375rem }
input { border-color: var(--line); background: transparent; color: var(--ink); font-size: 1.125rem }
input[name=code] { letter-spacing: .35em; max-width: 11rem }
button { justify-self: start; background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button:disabled { cursor: default; opacity: .55 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
#where { margin: 0 }
#channels { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0; padding: 0 }
#channels button, #channels a { display: inline-flex; align-items: center; gap: .5rem; padding: .375rem .75rem .375rem .375rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: var(--ink); font-size: .9375rem; font-weight: 400; text-decoration: none; font-variant-numeric: tabular-nums }
#channels img { border-radius: .375rem }
#problem { margin: 1rem 0 0; border-color: var(--bad); color: var(--bad) }
#proven { margin: 1rem 0 0; border-left: .2rem solid var(--good); padding-left: 1rem; overflow-wrap: anywhere }
.phone { border: 1px solid var(--line); border-radius: 1.75rem; padding: 1.25rem 1rem 1.5rem; background: var(--tint); min-height: 24rem }
.phone h2 { font-size: .875rem; font-weight: 600; text-align: center; margin: 0 0 1rem; color: var(--quiet) }
#screen { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; max-height: 26rem; overflow-y: auto }
#screen li { background: var(--bubble); border-radius: 1rem 1rem 1rem .25rem; padding: .625rem .875rem; font-size: .9375rem; line-height: 1.4; overflow-wrap: anywhere; white-space: pre-line }
#screen small { display: block; color: var(--quiet); font-size: .75rem; margin-bottom: .25rem }
#screen:empty::after { content: 'Nothing has come yet.'; display: block; text-align: center; color: var(--quiet); font-size: .9375rem; padding-top: 7rem }
.below { margin-top: 2.5rem }
.below h2, summary { font-size: 1rem; font-weight: 600; margin: 0 0 .75rem }
summary { cursor: pointer; margin: 0 }
pre { margin: 0 0 1rem; padding: .875rem 1rem; background: var(--tint); border-radius: .5rem; overflow-x: auto; font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
details pre { margin-top: 1rem }
@media (max-width: 46rem) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1.5rem }
  .phone { min-height: 16rem }
  #screen:empty::after { padding-top: 4rem }
}
`
