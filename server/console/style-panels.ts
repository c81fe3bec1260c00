/** What is in the room: panels in as many columns as there is room for, and what each of them shows. */
export const PANELS = `
.room { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start }
.panel { display: grid; gap: .875rem; grid-template-columns: minmax(0, 1fr); padding: 1.125rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--card); min-width: 0 }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .625rem }
.heading h2 { flex: 1 0 auto }
.count { font-size: .8125rem; color: var(--quiet) }
.count:empty { display: none }
.inbox .count { color: var(--on-link); background: var(--link); border-radius: 1rem; padding: 0 .5625rem; font-weight: 600 }
.side, .wide { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; min-width: 0 }
@media (min-width: 54rem) {
  .room { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr) }
  .command { grid-column: 1 / -1 }
}
@media (min-width: 76rem) {
  .room { grid-template-columns: minmax(0, 4fr) minmax(0, 8fr) }
  .wide { grid-template-columns: repeat(2, minmax(0, 1fr)) }
  .log { grid-column: 1 / -1 }
}

.panel form { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr) }
.panel form.line { grid-template-columns: minmax(0, 1fr) auto; align-items: end }
.panel form.line > .alert, .panel form.line > .done { grid-column: 1 / -1 }
.panel form.line button { padding-block: .5rem }
.panel form.write + *, .panel > form + * { margin-top: .125rem }
details > summary { cursor: pointer; color: var(--link); font-size: .9375rem; width: fit-content; border-radius: .25rem }
details[open] > summary { margin-bottom: .75rem }
div.line { display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: baseline; min-width: 0; overflow-wrap: anywhere }
div.line time { margin-left: auto }

.command { gap: .75rem }
.answers { display: grid; gap: .625rem; max-height: 15rem; overflow-y: auto }
.answers:empty, .airs:empty, .messages:empty, .statuses:empty { display: none }
.answers li { border-left: .1875rem solid var(--line); padding-left: .75rem }
.answers li:first-child { border-color: var(--link) }
.answers code { color: var(--quiet); overflow-wrap: anywhere }
.answers button { margin-top: .375rem }

fieldset { border: 0; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .375rem }
.callees { display: grid; gap: .75rem }
legend { padding: 0; margin-bottom: .375rem; font-size: .875rem; color: var(--quiet) }
.friend { display: flex; align-items: center; gap: .5rem; padding: .375rem .625rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer }
.friend strong { color: var(--ink); font-weight: 600 }
.friend:has(:checked) { border-color: var(--link); background: var(--soft) }
.friend:hover { border-color: var(--quiet) }
.now { display: grid; gap: .75rem }
form:not([hidden]) + .now { border-top: 1px solid var(--line); padding-top: 1rem }
.participants { display: grid; gap: .875rem }
.participants > li { display: grid; gap: .25rem; padding-left: .875rem; border-left: .1875rem solid var(--line) }
.participants > li[data-status=joined] { border-color: var(--good) }
.participants > li[data-status=ringing], .participants > li[data-status=screening] { border-color: var(--warn) }
.participants > li.speaking { background: linear-gradient(90deg, var(--soft), transparent) }
.path { display: flex; flex-wrap: wrap; font-size: .8125rem; color: var(--quiet) }
.path li:not(:last-child)::after { content: '\\203A'; padding: 0 .375rem }
.path li:last-child { color: var(--ink); font-weight: 600 }
[data-status=joined] .path li:last-child { color: var(--good) }

.messages > li, .statuses > li { display: grid; gap: .375rem; padding: .75rem 0 }
.messages > li + li, .statuses > li + li { border-top: 1px solid var(--line) }
.messages > li:first-child, .statuses > li:first-child { padding-top: 0 }
.messages > li:last-child, .statuses > li:last-child { padding-bottom: 0 }
.messages .line .facts { order: 1; flex-basis: 100% }
.messages, .statuses { max-height: 30rem; overflow-y: auto; scrollbar-width: thin; margin-inline: -.25rem; padding-inline: .25rem }
.messages form { padding-bottom: .25rem }
.messages strong, .statuses strong { font-weight: 500 }
.messages .unread strong { font-weight: 700 }
.messages .unread > div.line::before { content: ''; width: .5rem; height: .5rem; border-radius: 50%; background: var(--link); align-self: center }
.sounds:empty { display: none }
audio { display: block; width: 100%; height: 2.5rem }
.sounds img { display: block; max-width: 100%; height: auto; border-radius: .5rem }
.airs li { padding: .5rem .75rem; border-radius: .5rem; background: var(--soft); font-size: .9375rem }

.phone { border: 1px solid var(--line); border-radius: 1.5rem; padding: 1rem .875rem 1.25rem; background: var(--tint) }
.phone .number { font-size: .875rem; font-weight: 600; text-align: center; margin-bottom: .75rem; color: var(--quiet); font-variant-numeric: tabular-nums }
.phone ol { display: grid; gap: .625rem; max-height: 18rem; overflow-y: auto; scrollbar-width: thin }
.phone li { background: var(--bubble); border-radius: 1rem 1rem 1rem .25rem; padding: .5rem .75rem; font-size: .9375rem; line-height: 1.4; overflow-wrap: anywhere; white-space: pre-line }
.phone small { display: block; color: var(--quiet); font-size: .75rem }
.phone .empty { text-align: center; padding: 1.5rem 0 }
.with-phone .phone { display: block; min-height: 20rem }

.frames { max-height: 26rem; overflow: auto; font-size: .8125rem; border-top: 1px solid var(--line); scrollbar-width: thin }
.frames > li { border-bottom: 1px solid var(--line) }
.frames summary, .frames .turn { display: grid; grid-template-columns: 5.25rem 13rem 5.25rem minmax(0, 1fr); gap: 0 .75rem; padding: .25rem .25rem; align-items: baseline; width: auto; color: var(--ink); list-style: none; font-size: .8125rem }
.frames summary::-webkit-details-marker { display: none }
.frames summary:hover { background: var(--soft) }
.frames details[open] > summary { margin: 0; background: var(--soft) }
.frames strong { font-weight: 600; overflow-wrap: anywhere }
.frames .turn strong, .frames .topic { font-weight: 400; color: var(--quiet) }
.frames code { color: var(--quiet); font-size: .75rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.frames pre { margin: 0; padding: .75rem; overflow-x: auto; background: var(--tint); font-size: .75rem }
@media (max-width: 76rem) {
  .frames summary, .frames .turn { grid-template-columns: auto minmax(0, 1fr) auto }
  .frames summary code { grid-column: 1 / -1 }
}
@media (prefers-reduced-motion: no-preference) {
  .participants > li, .connection::before { transition: border-color .2s, background-color .2s }
}
`
