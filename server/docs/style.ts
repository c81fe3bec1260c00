/** The colours of our pages, in the light and in the dark. */
export const COLOURS = `
:root { color-scheme: light dark; --ink: #1d2530; --quiet: #5b6675; --line: #d9dee5; --ground: #fff; --tint: #f4f6f8; --link: #0b5cad }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ee; --quiet: #9aa5b4; --line: #333b46; --ground: #14181d; --tint: #1d232b; --link: #7db5f5 }
}
`

/**
 * The sheet of the docs: calm, legible on a phone, in the light and in the dark. What it says of elements holds for our
 * own pages (`.own`) alone; Swagger UI has a sheet of its own, with a dark half that is worn by class.
 */
export const STYLE = `${COLOURS}* { box-sizing: border-box }
html { font: 1rem/1.6 system-ui, sans-serif; scroll-padding-top: 1rem }
html, html.dark-mode body, body { background: var(--ground); color: var(--ink) }
body { margin: 0 }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding: .875rem 1.25rem; border-bottom: 1px solid var(--line) }
.top strong { flex: 1 0 auto; font-size: 1.0625rem }
.top a { color: var(--link); text-decoration: none }
.top a[aria-current] { color: var(--ink); font-weight: 600 }
.own a { color: var(--link); text-underline-offset: .15em }
.own a:focus-visible, .top a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.guide { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0 3rem; max-width: 68rem; margin: 0 auto; padding: 0 1.25rem 4rem }
.contents { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 2rem 0; font-size: .9375rem }
.own .contents ul { list-style: none; margin: 0; padding: 0 }
.own .contents li { margin: 0; break-inside: avoid }
.own .contents a { display: block; padding: .25rem 0; color: var(--quiet); text-decoration: none }
.own .contents a:hover { color: var(--ink) }
.own main { min-width: 0 }
.own h1 { font-size: 1.75rem; line-height: 1.2; margin: 2rem 0 .5rem }
.own h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem }
.own h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
.own p, .own ul { margin: 0 0 1rem; max-width: 44rem }
.own ul { padding-left: 1.25rem }
.own li { margin: .25rem 0 }
.own code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--tint); border-radius: .25rem; padding: .1em .3em; overflow-wrap: anywhere }
.own pre { margin: 0 0 1.25rem; padding: .875rem 1rem; background: var(--tint); border-radius: .375rem; overflow-x: auto; line-height: 1.5 }
.own pre code { padding: 0; background: none; font-size: .8125rem; overflow-wrap: normal }
.table { overflow-x: auto; margin: 0 0 1.5rem }
.own table { border-collapse: collapse; width: 100%; font-size: .9375rem }
.own th, .own td { text-align: left; vertical-align: top; padding: .4375rem 1rem .4375rem 0; border-bottom: 1px solid var(--line) }
.own th { font-weight: 600; color: var(--quiet); white-space: nowrap }
.own td > code, .own td a { white-space: nowrap }
.surfaces { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem }
@media (max-width: 52rem) {
  .guide { display: block }
  .contents { position: static; max-height: none; padding: 1.25rem 0 0 }
  .own .contents ul { columns: 2 }
  .own td { min-width: 9rem }
}
#reference { max-width: 78rem; margin: 0 auto }
#reference .swagger-ui .wrapper { padding: 0 1.25rem; max-width: none }
#reference .swagger-ui .information-container { padding: 0 1.25rem }
#reference .swagger-ui .info { margin: 2rem 0 1.5rem }
#reference .swagger-ui .scheme-container { box-shadow: none; border-bottom: 1px solid var(--line); padding: 0 0 1rem; margin: 0 0 1rem; background: none }
/* There are no links between responses, and no page of the licence. */
#reference .swagger-ui .response-col_links, #reference .swagger-ui .info__license { display: none }
@media (max-width: 40rem) {
  #reference .swagger-ui .opblock-tag { font-size: 1.125rem }
  #reference .swagger-ui .opblock-tag small { padding: 0 .5rem }
  #reference .swagger-ui .opblock-body pre { max-width: calc(100vw - 5.25rem) }
}
`
