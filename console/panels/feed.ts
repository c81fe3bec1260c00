import type { Kadoink } from '#client'
import type { App } from '../app.ts'
import { h, listIn, type Part, say } from '../dom.ts'
import { field, onSubmit } from '../form.ts'
import { panel } from '../panel.ts'
import type { LiveCall, State } from '../state.ts'
import { count, moment } from '../words.ts'

/** What is said on one's own tags and on those that one follows. */
export function feedPanel(app: App): Part<State> {
  const tags = h('select', { name: 'ktag_id' })
  const tagField = field('On', tags)
  const airs = h('ol', { class: 'airs', 'aria-live': 'polite' })
  const list = h('ol', { class: 'statuses' })
  const empty = h('p', { class: 'empty' }, 'Nothing has been said yet. Say something, or follow a tag.')
  const drawAirs = listIn<LiveCall>(airs, ({ call }) => call.id, onAir)
  const draw = listIn<Kadoink.Status>(list, ({ id }) => id, status)
  let ktags: State['ktags'] = []

  return {
    element: panel('feed', 'Feed', [], postForm(app, tags, tagField), followForm(app), airs, empty, list),
    draw(state) {
      if (state.ktags !== ktags) {
        ktags = state.ktags
        tags.replaceChildren(...ktags.map(({ id, name }) => h('option', { value: id }, `*${name}`)))
        tagField.hidden = ktags.length < 2
      }
      drawAirs(state.liveCalls)
      draw(state.statuses)
      empty.hidden = state.statuses.length > 0
    },
  }
}

function postForm(app: App, tags: HTMLSelectElement, tagField: HTMLElement): HTMLFormElement {
  const body = h('textarea', { name: 'body', rows: 2, required: true, maxlength: 1000 })
  const texts = h('input', { type: 'checkbox', name: 'text_followers' })
  const form = h(
    'form',
    { class: 'write' },
    field('Say something', body),
    tagField,
    h(
      'div',
      { class: 'actions' },
      h('button', {}, 'Post'),
      h('label', { class: 'check' }, texts, 'and text my followers'),
    ),
  )
  onSubmit(form, async () => {
    const said = {
      body: body.value,
      ...(tags.value === '' ? {} : { ktag_id: tags.value }),
      text_followers: texts.checked,
    }
    await app.client.post('/statuses', { body: said })
    body.value = ''
  })
  return form
}

function followForm(app: App): HTMLElement {
  const tag = h('input', {
    name: 'ktag',
    required: true,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: '*jazz',
  })
  const done = h('p', { class: 'done', role: 'status' })
  const form = h('form', { class: 'line' }, field('Tag', tag), h('button', {}, 'Follow'), done)
  onSubmit(form, async () => {
    say(done, '')
    const name = tag.value.trim().replace(/^\*/, '')
    const { ktag } = await app.client.get('/profiles/{ktag}', { params: { ktag: name } })
    const follow = await app.client.post('/ktags/{ktag_id}/follow', { params: { ktag_id: ktag.id } })
    say(done, `You follow *${follow.ktag.name}: what is said there from now on comes here.`)
    tag.value = ''
  })
  return h('details', {}, h('summary', {}, 'Follow a tag'), form)
}

function status(): Part<Kadoink.Status> {
  const author = h('strong')
  const tag = h('span', { class: 'tag' })
  const at = h('time')
  const body = h('p', { class: 'body' })
  const delivery = h('p', { class: 'facts' })
  return {
    element: h('li', {}, h('div', { class: 'line' }, author, tag, at), body, delivery),
    draw(one) {
      say(author, one.author.name)
      say(tag, `*${one.ktag.name}${one.edited ? ', edited' : ''}`)
      say(at, moment(one.created_at))
      at.dateTime = one.created_at
      say(body, one.body)
      say(delivery, deliveryOf(one.delivery))
      delivery.hidden = delivery.textContent === ''
    },
  }
}

function deliveryOf(delivery: Kadoink.Delivery | null): string {
  if (!delivery || delivery.recipients === 0) return ''
  const { recipients, sent, failed } = delivery
  return `Texted to ${sent} of ${count(recipients, 'follower')}${failed > 0 ? `, ${failed} failed` : ''}`
}

function onAir(): Part<LiveCall> {
  const words = h('p')
  return {
    element: h('li', {}, words),
    draw: ({ ktag, call }) =>
      say(words, `*${ktag.name} is on the air with ${count(call.participant_count, 'person', 'people')}.`),
  }
}
