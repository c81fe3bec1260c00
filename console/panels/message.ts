import type { Kadoink } from '#client'
import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { alertPlace, field, onPress, onSubmit } from '../form.ts'
import { lasting, moment, sender } from '../words.ts'
import { sound } from './sound.ts'

/** One message: who it is from, what it says or sounds like, and what can be done with it. */
export function message(app: App): Part<Kadoink.Message> {
  const from = h('strong')
  const facts = h('span', { class: 'facts' })
  const at = h('time')
  const body = h('p', { class: 'body' })
  const sounds = h('div', { class: 'sounds' })
  const read = h('button', { type: 'button', class: 'quiet' })
  const answer = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false' }, 'Reply')
  const remove = h('button', { type: 'button', class: 'quiet' }, 'Delete')
  const refused = alertPlace()
  const element = h('li')
  let shown: Kadoink.Message | undefined
  let played = ''

  const words = h('input', { name: 'words', required: true, maxlength: 1500, autocomplete: 'off' })
  const reply = h('form', { class: 'line', hidden: true }, field('Reply', words), h('button', {}, 'Send'))
  onSubmit(reply, async () => {
    await app.client.post('/commands', { body: { text: `reply ${shown?.number} ${words.value}` } })
    words.value = ''
    toggleReply(false)
  })
  const toggleReply = (isOpen: boolean) => {
    reply.hidden = !isOpen
    answer.setAttribute('aria-expanded', String(isOpen))
    if (isOpen) words.focus()
    else answer.focus()
  }
  answer.addEventListener('click', () => toggleReply(reply.hidden === true))
  onPress(read, refused, async () => {
    if (!shown) return
    const params = { message_id: shown.id }
    await app.client.patch('/inbox/{message_id}', { params, body: { read: !shown.read } })
  })
  onPress(remove, refused, async () => {
    if (!shown) return
    await app.client.delete('/inbox/{message_id}', { params: { message_id: shown.id } })
  })
  const actions = h('div', { class: 'actions' }, read, answer, remove)
  element.append(h('div', { class: 'line' }, from, facts, at), body, sounds, actions, reply, refused)

  return {
    element,
    draw(now) {
      shown = now
      element.className = now.read ? 'read' : 'unread'
      say(from, sender(now))
      say(facts, factsOf(now))
      say(at, moment(now.created_at))
      at.dateTime = now.created_at
      say(body, now.body ?? now.transcript ?? '')
      body.hidden = body.textContent === ''
      say(read, now.read ? 'Mark unread' : 'Mark read')
      // A player goes on playing while something else of the message changes.
      const ids = now.media.map(({ file_id }) => file_id).join()
      if (ids === played) return
      played = ids
      sounds.replaceChildren(...now.media.map((file) => (file.kind === 'audio' ? sound(app, file) : picture(file))))
    },
  }
}

const WAYS: Readonly<Record<Kadoink.Message['via'], string>> = {
  app: 'written in an app',
  sms: 'texted',
  voice: 'spoken',
  widget: 'left on a page',
}

function factsOf({ kind, media, to_ktag, via }: Kadoink.Message): string {
  const seconds = media.find(({ kind: one }) => one === 'audio')?.duration_seconds
  const what = kind === 'voicemail' ? `voicemail${seconds ? ` ${lasting(seconds)}` : ', sound to come'}` : WAYS[via]
  return `${what}${to_ktag ? `, for *${to_ktag.name}` : ''}`
}

function picture({ stream_url, width, height }: Kadoink.File): HTMLElement {
  const { pathname, search } = new URL(stream_url, location.href)
  return h('img', {
    src: pathname + search,
    alt: 'A picture that came with the message',
    width,
    height,
    loading: 'lazy',
  })
}
