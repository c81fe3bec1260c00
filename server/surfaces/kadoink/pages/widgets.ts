import { z } from 'zod'
import type { MediaFile } from '#domain/media'
import * as statuses from '#domain/statuses'
import * as widgets from '#domain/widgets'
import { asFault, type Fault, NotFound, ValidationFailed } from '#kit/fault'
import { type Html, html } from '#kit/html'
import type { View } from '#kit/unit'
import { definePage, type PageContent, type RefusedForm, type WebPage } from '#kit/web-page'
import { readPhone } from '../dialect/phones.ts'
import { stamp } from '../dialect/stamp.ts'
import { presentFile } from '../presenters/file.ts'
import { widgetTitle } from '../presenters/widget.ts'
import { kadoink } from '../surface.ts'
import type { BotCheck } from '../widgets/bot-check.ts'
import { EMBED_SCRIPT } from '../widgets/embed-script.ts'
import {
  CallForm,
  codeFields,
  FollowForm,
  type FormFrame,
  formWith,
  MessageForm,
  messageFields,
  mobileField,
  refusal,
} from '../widgets/forms.ts'
import { styleOf, TELL_HEIGHT } from '../widgets/look.ts'

/** What the pages of widgets need of the process that they are shown by. */
export interface WidgetPagesOptions {
  /** Told of each widget that was shown. */
  readonly onView: (widgetId: string) => void
  readonly botCheck?: BotCheck | undefined
}

const KEPT_SECONDS = 3600
const STATUSES = { limit: 5, offset: 0, beforeId: null }
const params = z.object({ public_key: z.string().regex(/^[0-9A-Za-z]{1,64}$/) })

/** What visitors of other people's pages see of widgets, and send. It all works without scripts and without cookies. */
export function widgetPages({ onView, botCheck }: WidgetPagesOptions): readonly WebPage[] {
  const common = { isEmbedded: true, params } as const
  const form = {
    ...common,
    limit: kadoink.limits.widget_form,
    async check({ sent, request }: { sent: Readonly<Record<string, string>>; request: { ip: string } }) {
      if (botCheck && !(await botCheck.passes(sent, request.ip))) throw widgets.FormRefused()
    },
  }
  const content = (view: View, shown: widgets.ShownWidget, refused: RefusedForm | null) =>
    contentOf(view, shown, refused, botCheck?.field ?? null)
  const framed = (shown: widgets.ShownWidget, body: Html) => card(shown, body, botCheck?.origins)
  const again = async (view: View, key: string, refused: RefusedForm | null) => {
    if (!refused) return { goTo: `/w/${key}` }
    return orGone(async () => {
      const shown = await widgets.visit(view, key)
      return framed(shown, await content(view, shown, refused))
    })
  }

  return [
    definePage({
      ...common,
      limit: kadoink.limits.widget,
      path: '/w/{public_key}',
      show: ({ view, params: { public_key } }) =>
        orGone(async () => {
          const shown = await widgets.visit(view, public_key)
          onView(shown.widget.id)
          return framed(shown, await content(view, shown, null))
        }),
    }),

    definePage({
      ...form,
      path: '/w/{public_key}/follow',
      form: FollowForm,
      show: ({ view, params: { public_key }, refused }) => again(view, public_key, refused),
      async submit({ unit, params: { public_key }, form: sent, request: { ip } }) {
        const shown = await widgets.visitKind(unit, public_key, 'follow')
        const formId = widgets.readForm(unit, shown.widget, sent)
        const { challenge: challengeId, code, mobile } = sent
        if (challengeId !== undefined && code !== undefined) {
          await widgets.confirmFollow(unit, shown, { formId, ip }, { challengeId, code })
          const { name } = shown.ktag
          return framed(shown, done(`You get the texts of *${name} now. Reply STOP to any of them to end.`))
        }
        if (mobile === undefined) throw ValidationFailed({ fields: { mobile: 'Type your mobile number.' } })
        const phone = readPhone(mobile, 'mobile', shown.owner)
        const id = await widgets.askToFollow(unit, shown, { formId, phone, ip })
        return framed(shown, codeForm(unit, shown, id, botCheck?.field ?? null))
      },
    }),

    definePage({
      ...form,
      path: '/w/{public_key}/message',
      form: MessageForm,
      show: ({ view, params: { public_key }, refused }) => again(view, public_key, refused),
      async submit({ unit, params: { public_key }, form: sent, request: { ip } }) {
        const shown = await widgets.visitKind(unit, public_key, 'message')
        const formId = widgets.readForm(unit, shown.widget, sent)
        const phone = readPhone(sent.mobile, 'mobile', shown.owner)
        await widgets.leaveMessage(unit, shown, { formId, phone, ip }, { name: sent.name, body: sent.body })
        return framed(shown, done(`Thank you. Your message is with *${shown.ktag.name}.`))
      },
    }),

    definePage({
      ...form,
      path: '/w/{public_key}/call',
      form: CallForm,
      show: ({ view, params: { public_key }, refused }) => again(view, public_key, refused),
      async submit({ unit, params: { public_key }, form: sent, request: { ip } }) {
        const shown = await widgets.visitKind(unit, public_key, 'call')
        const formId = widgets.readForm(unit, shown.widget, sent)
        const phone = readPhone(sent.mobile, 'mobile', shown.owner)
        await widgets.askForCall(unit, shown, { formId, phone, ip })
        return framed(shown, done('We are calling you now. Answer, and press 1.'))
      },
    }),

    definePage({
      limit: kadoink.limits.widget,
      params: z.object({}),
      path: '/embed.js',
      show: async () => ({
        contentType: 'text/javascript; charset=utf-8',
        bytes: EMBED_SCRIPT,
        maxAgeSeconds: KEPT_SECONDS,
      }),
    }),
  ]
}

/** A page, or the one that says that there is none any more. */
async function orGone(page: () => Promise<PageContent>): Promise<PageContent> {
  try {
    return await page()
  } catch (error) {
    const { kind } = asFault(error).type
    if (kind !== 'gone' && kind !== 'missing') throw error
    const { message: title } =
      kind === 'gone' ? widgets.WidgetGone() : NotFound({ message: 'There is no such widget.' })
    return {
      title,
      body: html`<p>${title}</p>`,
      status: kind === 'gone' ? 410 : 404,
      style: styleOf(widgets.USUAL_THEME),
      script: TELL_HEIGHT,
      isBare: true,
      framedBy: ['*'],
    }
  }
}

function card({ widget, ktag }: widgets.ShownWidget, body: Html, letsIn: readonly string[] = []): PageContent {
  const title = widgetTitle(widget, ktag)
  return {
    title,
    body: html`<h1>${title}</h1>
${body}
<footer>Kadoink</footer>`,
    style: styleOf(widget.theme),
    script: TELL_HEIGHT,
    letsIn,
    isBare: true,
    framedBy: widgets.framersOf(widget.allowedDomains),
  }
}

/** What a widget shows, or shows again for a form that was not taken. */
async function contentOf(
  view: View,
  shown: widgets.ShownWidget,
  refused: RefusedForm | null,
  check: Html | null,
): Promise<Html> {
  const { widget, ktag } = shown
  const typed = refused?.form ?? {}
  const why = refusal(refused?.fault)
  const ticket = widgets.formAgain(view, widget, typed.ticket)
  const frame = (button: string): FormFrame => ({
    action: `/w/${widget.publicKey}/${widget.kind}`,
    ticket,
    button,
    check,
  })
  switch (widget.kind) {
    case 'status':
      return statusList(view, shown)
    case 'follow': {
      if (typed.challenge !== undefined && mayTryAgain(refused?.fault)) {
        return html`${why}${formWith(frame('Confirm'), codeFields(typed.challenge), CODE_HINT)}`
      }
      const hint = `We text you a code to confirm. Then you get the texts of *${ktag.name}, until you reply STOP. Msg&data rates may apply.`
      return html`${why}${formWith(frame('Get texts'), mobileField(typed), hint)}`
    }
    case 'message': {
      if (!widgets.takesMessages(shown)) return html`<p>*${ktag.name} takes no messages here at the moment.</p>`
      const hint = `*${ktag.name} gets your name and number with your message.`
      return html`${why}${formWith(frame('Send'), messageFields(typed), hint)}`
    }
    case 'call': {
      if (!(await widgets.takesCalls(view, shown))) {
        return html`<p>*${ktag.name} takes no calls here at the moment.</p>`
      }
      const hint = `Your phone rings first. Press 1, and we put you through to *${ktag.name}, or to the mailbox.`
      return html`${why}${formWith(frame('Call me'), mobileField(typed), hint)}`
    }
  }
}

/** Whether the code that was sent may still be typed after this. */
function mayTryAgain(fault: Fault | undefined): boolean {
  if (!fault) return false
  const { type, fields } = fault
  return ['code_invalid', 'form_refused'].includes(type.code) || (type.code === 'validation_failed' && 'code' in fields)
}

const CODE_HINT = 'No code? It may take a minute. Phones that have texted STOP get none until they text START.'

function codeForm(view: View, { widget }: widgets.ShownWidget, challengeId: string, check: Html | null): Html {
  const ticket = widgets.newForm(view, widget)
  const frame = { action: `/w/${widget.publicKey}/follow`, ticket, button: 'Confirm', check }
  return html`<p role="status">We have texted you a code.</p>${formWith(frame, codeFields(challengeId), CODE_HINT)}`
}

function done(words: string): Html {
  return html`<p role="status">${words}</p>`
}

async function statusList(view: View, { ktag, owner }: widgets.ShownWidget): Promise<Html> {
  const { items } = await statuses.ofTag(view, null, ktag, STATUSES)
  if (items.length === 0) return html`<p>Nothing here yet.</p>`
  const spoken = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: owner.timezone })
  const files = await statuses.mediaOf(view, items)
  return html`<ol>${items.map(
    ({ id, body, createdAt }) => html`
<li><p>${body}</p>${attachmentOf(view, files.get(id))}<time datetime="${stamp(createdAt)}">${spoken.format(createdAt)}</time></li>`,
  )}
</ol>`
}

/** A photo or a sound, from an address of ours that is good for a while. */
function attachmentOf(view: View, file: MediaFile | undefined): Html | null {
  if (!file) return null
  const { kind, stream_url } = presentFile(view, file)
  const { pathname, search } = new URL(stream_url)
  const source = pathname + search
  return kind === 'photo'
    ? html`<img src="${source}" alt="" width="${file.width}" height="${file.height}" loading="lazy">`
    : html`<audio controls preload="none" src="${source}"></audio>`
}
