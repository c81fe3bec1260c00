import { COLOURS } from '../docs/style.ts'
import { PANELS } from './style-panels.ts'

/** The ground that the console stands on: the colours of the docs, type, what is pressed and written in, the page. */
const GROUND = `
:root { --on-link: #fff; --good: #1b7f45; --bad: #b3261e; --warn: #9a6700; --card: #fff; --bubble: #e7effa; --soft: #eef3f9 }
@media (prefers-color-scheme: dark) {
  :root { --on-link: #10161d; --good: #7ad3a0; --bad: #f2b8b5; --warn: #e3b341; --card: #191e25; --bubble: #26374c; --soft: #212933 }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
html { font: 1rem/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--tint); color: var(--ink) }
@media (prefers-color-scheme: dark) { body { background: var(--ground) } }
h1, h2, h3, p, ol { margin: 0; padding: 0 }
ol { list-style: none }
h2 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650 }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
h1:focus { outline: none }
code, pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
time { font-variant-numeric: tabular-nums; color: var(--quiet); font-size: .8125rem; white-space: nowrap }
noscript p { padding: 3rem 1.25rem; text-align: center }

button { font: inherit; font-size: .9375rem; font-weight: 600; padding: .4375rem .875rem; border: 1px solid var(--link); border-radius: .5rem; background: var(--link); color: var(--on-link); cursor: pointer; justify-self: start }
button:hover { filter: brightness(1.08) }
button.quiet { border-color: var(--line); background: transparent; color: var(--ink); font-weight: 500; font-size: .8125rem; padding: .1875rem .625rem }
button.quiet:hover { background: var(--soft); filter: none }
button.second { background: transparent; color: var(--link) }
button.second:hover { background: var(--soft); filter: none }
button.end { border-color: var(--bad); font-size: .8125rem; padding: .1875rem .75rem; background: transparent; color: var(--bad) }
button.end:hover { background: var(--bad); color: var(--card); filter: none }
[aria-busy=true] > button, button[aria-busy=true] { opacity: .55; cursor: progress }
input, textarea, select { font: inherit; width: 100%; padding: .4375rem .625rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--ink) }
input:hover, textarea:hover, select:hover { border-color: var(--quiet) }
input[type=checkbox] { flex: none; width: 1rem; height: 1rem; margin: 0; accent-color: var(--link) }
textarea { resize: vertical; min-height: 3.75rem }
::placeholder { color: var(--quiet); opacity: .85 }
label { display: grid; gap: .25rem; font-size: .875rem; color: var(--quiet); min-width: 0 }
label > input, label > textarea, label > select { font-size: 1rem; color: var(--ink) }
label.check { display: flex; align-items: center; gap: .5rem }
[aria-invalid] { border-color: var(--bad) }
.fault, .alert { color: var(--bad); font-size: .875rem }
.alert { border-left: .1875rem solid var(--bad); padding-left: .75rem; overflow-wrap: anywhere }
.hint, .facts, .empty { color: var(--quiet); font-size: .875rem }
.done { color: var(--good); font-size: .875rem; overflow-wrap: anywhere }
.done:empty { display: none }
.tag { color: var(--quiet) }
.body, .reply { white-space: pre-line; overflow-wrap: anywhere }
.actions { display: flex; flex-wrap: wrap; gap: .375rem .5rem; align-items: center }

.top { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .375rem 1rem; align-items: center; padding: .625rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--card) }
.brand { display: flex; align-items: center; gap: .5rem; font-size: 1.0625rem; font-weight: 700; color: var(--ink); text-decoration: none; letter-spacing: -.01em }
.brand::before { content: ''; width: .875rem; height: .875rem; border-radius: .3125rem; background: var(--link) }
.connection { display: inline-flex; align-items: center; gap: .5rem; padding: .125rem .625rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .8125rem; color: var(--quiet) }
.connection::before { content: ''; width: .5rem; height: .5rem; border-radius: 50%; background: var(--warn) }
.connection[data-state=live]::before { background: var(--good) }
.connection[data-state=stopped]::before, .connection[data-state=replaced]::before { background: var(--bad) }
.who { display: flex; flex-wrap: wrap; gap: 0 .625rem; align-items: baseline; margin-left: auto; min-width: 0; overflow-wrap: anywhere }
.who strong { max-width: 24ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.gate { font-size: .8125rem; color: var(--quiet) }
.gate:not([data-state=ok]) { color: var(--warn) }
.docs { margin-left: auto }
.who:not([hidden]) + .docs { margin-left: 0 }
@media (max-width: 46rem) {
  .who { order: 1; flex-basis: 100%; margin: 0 }
  .who:not([hidden]) + .docs { margin-left: auto }
}

main { max-width: 92rem; margin: 0 auto; padding: 1.25rem }
main h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em }
.at-in > h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.at-door, .at-code, .at-gate, .at-starting, .at-unreachable { max-width: 54rem; padding-top: 3.5rem }
.at-starting > h1 { visibility: hidden }
.waiting { color: var(--quiet) }
.waiting:empty { display: none }
.lead { color: var(--quiet); max-width: 40rem; margin: .375rem 0 0 }
.notice { border-left: .1875rem solid var(--warn); padding-left: .75rem; margin-top: 1rem }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem; align-items: start; margin-top: 1.75rem }
.card { display: grid; gap: .875rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--card) }
.card .lead { margin: 0 }
.card .hint { margin-top: -.5rem }
.with-phone { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.25rem 2rem; align-items: start; margin-top: 1.5rem }
.with-phone > .forms { display: grid; gap: 1.25rem }
#code input, #gate-code input { font-size: 1.375rem; letter-spacing: .3em; max-width: 13rem; font-variant-numeric: tabular-nums }
@media (max-width: 46rem) {
  main { padding: .875rem }
  .at-door, .at-code, .at-gate { padding-top: 1.5rem }
  .with-phone { grid-template-columns: minmax(0, 1fr) }
  .top { position: static; padding: .625rem .875rem }
}
`

/** The sheet of the console: calm, legible on a phone, in the light and in the dark. */
export const STYLE = `${COLOURS}${GROUND}${PANELS}`
