/**
 * The example that the page for trying out shows, and is: what a site puts into a page of its own to have a phone proven.
 * Plain HTML and one script, which stands here as text so that the page can run it and show it.
 */
export const EXAMPLE_HTML = `<form id="ask">
  <label>Your phone <input name="phone" type="tel" autocomplete="tel" required value="+7 952 296 62 36"></label>
  <button>Send a code</button>
</form>

<form id="enter" hidden>
  <p id="where" role="status"></p>
  <label>The code <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required></label>
  <button>Check</button>
  <ul id="channels" aria-label="Send it another way"></ul>
</form>

<p id="problem" role="alert" hidden></p>
<p id="proven" role="status" hidden></p>`

/** It is told nothing but the key, and hands on what went over the wire in an event of the page. */
export const EXAMPLE_SCRIPT = `'use strict'
const key = document.querySelector('[data-api-key]').dataset.apiKey
const at = (id) => document.getElementById(id)
let session = ''
let channels = []

/** Ask the API; gives what it answers, and throws what it refuses. */
async function api(verb, asked) {
  const path = '/api/v2/message/' + verb + '?' + new URLSearchParams(asked)
  const answer = await fetch(path, { headers: { 'x-api-key': key } })
  const body = await answer.json()
  dispatchEvent(new CustomEvent('asked', { detail: { path, status: answer.status, body } }))
  if (!body.success) throw body
  return body.data
}

/** Do something for a form, once at a time, and say what was refused. */
async function attempt(form, work) {
  at('problem').hidden = true
  for (const button of form.querySelectorAll('button')) button.disabled = true
  try {
    await work()
  } catch (refused) {
    const { count, timeout } = refused.error_params ?? {}
    const more = count !== undefined ? ' Tries left: ' + count + '.' : timeout ? ' Wait ' + timeout + ' s.' : ''
    at('problem').textContent = (refused.error ?? 'The server cannot be reached.') + more
    at('problem').hidden = false
    if (['ERROR_SESSION_EXPIRED', 'ERROR_PHONE_BLOCKED'].includes(refused.sys_message)) at('enter').hidden = true
  }
  for (const button of form.querySelectorAll('button')) button.disabled = false
  showChannels()
}

at('ask').addEventListener('submit', (event) => {
  event.preventDefault()
  attempt(at('ask'), async () => {
    const data = await api('create', { phone: at('ask').phone.value })
    session = data.session_id
    channels = data.client_channels
    at('proven').hidden = true
    at('enter').hidden = false
    sentBy(channels.find(({ type }) => type === data.sent_to))
  })
})

at('enter').addEventListener('submit', (event) => {
  event.preventDefault()
  attempt(at('enter'), async () => {
    const data = await api('check', { session_id: session, code: at('enter').code.value })
    at('enter').hidden = true
    at('proven').textContent = 'The phone is proven. Hand this to your server: ' + data.verify_token
    at('proven').hidden = false
  })
})

/** Send another code, by the channel of a button. */
function sendBy(type) {
  attempt(at('enter'), async () => {
    const data = await api('send', { session_id: session, type })
    channels = data.client_channels
    sentBy(data.client_channel)
  })
}

function sentBy(channel) {
  at('where').textContent = channel ? 'We have sent a code by ' + channel.name + '.' : 'Choose how to get the code.'
  at('enter').code.value = ''
  at('enter').code.focus()
}

function showChannels() {
  at('channels').replaceChildren(...channels.map(({ type, name, image_url, is_active, timeout, link }) => {
    const item = document.createElement('li')
    const way = document.createElement(is_active || !link ? 'button' : 'a')
    const icon = document.createElement('img')
    Object.assign(icon, { src: new URL(image_url).pathname, alt: '', width: 24, height: 24 })
    way.append(icon, is_active || !link ? name : 'Open ' + name, timeout ? ' (' + timeout + ' s)' : '')
    if (way.tagName === 'A') Object.assign(way, { href: link, target: '_blank', rel: 'noopener' })
    else Object.assign(way, { type: 'button', disabled: timeout > 0 || !is_active, onclick: () => sendBy(type) })
    item.append(way)
    return item
  }))
}

setInterval(() => {
  if (!channels.some(({ timeout }) => timeout > 0)) return
  for (const channel of channels) channel.timeout = Math.max(0, channel.timeout - 1)
  showChannels()
}, 1000)

/** Somebody may have opened a channel meanwhile, in another window. */
addEventListener('focus', async () => {
  if (at('enter').hidden) return
  const closed = channels.filter(({ is_active }) => !is_active)
  for (const { type } of closed) {
    const path = '/api/v2/channel/check?' + new URLSearchParams({ session_id: session, type })
    const { data } = await (await fetch(path, { headers: { 'x-api-key': key } })).json()
    if (data) channels = channels.map((channel) => (channel.type === type ? data : channel))
  }
  showChannels()
})
`
