/**
 * What a `<script>` of ours does on somebody's page: it puts the frame of a widget behind itself and keeps it as high as
 * what it shows. It asks for nothing, runs nothing that comes from elsewhere, and writes no style into the page, so that
 * it works under any policy that lets our address in for scripts and frames.
 */
export const EMBED_SCRIPT = `(() => {
  'use strict'
  const script = document.currentScript
  const key = script && script.dataset.key
  if (!/^[0-9A-Za-z]{43}$/.test(key || '')) return
  const origin = new URL(script.src).origin
  const frame = document.createElement('iframe')
  frame.title = script.dataset.title || 'Kadoink'
  frame.width = '100%'
  frame.height = '320'
  frame.frameBorder = '0'
  frame.style.colorScheme = 'normal'
  frame.loading = 'lazy'
  frame.referrerPolicy = 'no-referrer'
  frame.src = origin + '/w/' + key
  addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return
    const height = Number(event.data && event.data.kadoinkHeight)
    if (height > 0 && height < 5000) frame.height = String(height)
  })
  script.after(frame)
})()
`
