import type { Json, Person, Visitor } from '#test/people'

/** A new widget of somebody's, for their primary tag unless another is named. */
export async function newWidget(owner: Person, kind: string, wanted: Json = {}): Promise<Json> {
  const { status, body } = await owner.post('/widgets', { ktag_id: owner.user.primary_ktag.id, kind, ...wanted })
  if (status !== 201) throw new Error(`No widget came about: ${JSON.stringify(body)}`)
  return body
}

/** A page as somebody without scripts gets it. */
export interface Frame {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Ask for a page, or send a form to it. */
export async function browse(visitor: Visitor, path: string, form?: Record<string, string>): Promise<Frame> {
  const answer = await fetch(`${visitor.world.url}${path}`, {
    redirect: 'manual',
    headers: { 'X-Forwarded-For': visitor.ip },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** The values that a form carries unseen. */
export function carried({ text }: Frame): Record<string, string> {
  const hidden = text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)
  return Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]))
}

/** Fill in the form of a widget as people do, who take a while. */
export async function fillIn(visitor: Visitor, widget: Json, fields: Record<string, string>): Promise<Frame> {
  const page = await browse(visitor, `/w/${widget.public_key}`)
  return send(visitor, widget, page, fields)
}

/** Send the form that a page shows, after a while. */
export async function send(
  visitor: Visitor,
  widget: Json,
  page: Frame,
  fields: Record<string, string>,
): Promise<Frame> {
  await visitor.world.moveClock(3)
  return browse(visitor, `/w/${widget.public_key}/${widget.kind}`, { ...carried(page), ...fields })
}

/** What a page says: its words, without what is between them. */
export function wordsOf({ text }: Frame): string {
  const [, main = ''] = /<main>(.*)<\/main>/s.exec(text) ?? []
  return main
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
