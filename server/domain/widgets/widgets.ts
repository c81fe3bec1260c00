import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { get as getTag, type Ktag, KtagNotFound, keep, NotKtagOwner, byIds as tagsByIds } from '#domain/tags'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import { newToken } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import * as counts from './counts-store.ts'
import { KtagPrivate, WidgetDisabled, WidgetNotFound } from './faults.ts'
import {
  type NewWidget,
  needsPublicTag,
  type OwnWidget,
  USUAL_THEME,
  type Widget,
  type WidgetChanges,
} from './model.ts'
import * as store from './store.ts'

const UNSEEN = { views: 0, actions: 0 }

/** A person's widgets, the newest first; of one tag only, when it is given. */
export async function list(
  view: View,
  owner: User,
  ktagId: string | null,
  request: PageRequest,
): Promise<Page<OwnWidget>> {
  const { items, hasMore } = await store.list(view, owner.id, ktagId, request)
  return { items: await seen(view, owner, items), hasMore }
}

/** A widget of a person. Throws `WidgetNotFound`. */
export async function get(view: View, owner: User, id: string): Promise<OwnWidget> {
  const widget = await store.find(view, owner.id, id)
  const [own] = widget ? await seen(view, owner, [widget]) : []
  if (!own) throw WidgetNotFound()
  return own
}

/** A widget of a person that visitors see, for its snippet. Throws `WidgetNotFound`, `WidgetDisabled`. */
export async function getShown(view: View, owner: User, id: string): Promise<OwnWidget> {
  const own = await get(view, owner, id)
  if (!own.isShown) throw WidgetDisabled()
  return own
}

/** How many widgets somebody has. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/** Make a widget. Throws `KtagNotFound`, `NotKtagOwner`, `PlanLimitReached`, `KtagPrivate`. */
export async function create(unit: Unit, owner: User, { ktagId, kind, ...wanted }: NewWidget): Promise<OwnWidget> {
  await hold(unit, owner.id)
  const { ktag, isOwner } = await getTag(unit, owner, ktagId)
  if (!isOwner) throw NotKtagOwner()
  if (!(await keep(unit, ktag))) throw KtagNotFound()
  const limit = limitsOf(owner).maxWidgets
  if ((await store.count(unit, owner.id)) >= limit) {
    throw PlanLimitReached({ message: `Your plan allows ${limit} ${limit === 1 ? 'widget' : 'widgets'}.` })
  }
  assertFits(kind, ktag)
  const id = newId()
  await store.insert(unit, {
    id,
    ownerId: owner.id,
    ktagId,
    kind,
    title: wanted.title ?? null,
    theme: { ...USUAL_THEME, ...wanted.theme },
    allowedDomains: wanted.allowedDomains ?? [],
    isEnabled: true,
    publicKey: newToken(),
  })
  return get(unit, owner, id)
}

/** Change a widget. Throws `WidgetNotFound`, and `KtagPrivate` for what its tag cannot be shown as. */
export async function edit(unit: Unit, owner: User, id: string, changes: WidgetChanges): Promise<OwnWidget> {
  const widget = await store.lock(unit, owner.id, id)
  if (!widget) throw WidgetNotFound()
  const { rotateKey = false, theme, ...settings } = changes
  const after: Widget = {
    ...widget,
    ...settings,
    theme: { ...widget.theme, ...theme },
    publicKey: rotateKey ? newToken() : widget.publicKey,
  }
  const { ktag } = await getTag(unit, owner, widget.ktagId)
  const isShownAnew = changes.isEnabled === true || after.kind !== widget.kind
  if (isShownAnew) assertFits(after.kind, ktag)
  await store.update(unit, after)
  return get(unit, owner, id)
}

/** Delete a widget; its embeds are over. Throws `WidgetNotFound`. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  if (!(await store.remove(unit, owner.id, id))) throw WidgetNotFound()
}

/** Whether visitors see a widget. Asked whenever one does: a tag may become private, an owner be suspended, at any time. */
export function isShown(widget: Widget, ktag: Ktag, owner: Pick<User, 'suspendedAt'>): boolean {
  const isFit = ktag.visibility === 'public' || !needsPublicTag(widget.kind)
  return widget.isEnabled && isFit && owner.suspendedAt === null
}

function assertFits(kind: Widget['kind'], { visibility }: Ktag): void {
  if (visibility === 'private' && needsPublicTag(kind)) throw KtagPrivate()
}

async function seen(view: View, owner: User, widgets: readonly Widget[]): Promise<readonly OwnWidget[]> {
  const ktags = await tagsByIds(view, [...new Set(widgets.map(({ ktagId }) => ktagId))])
  const stats = await counts.sums(
    view,
    widgets.map(({ id }) => id),
  )
  return widgets.flatMap((widget) => {
    const ktag = ktags.get(widget.ktagId)
    // A tag that has just been deleted has taken its widgets along.
    if (!ktag) return []
    return [{ widget, ktag, stats: stats.get(widget.id) ?? UNSEEN, isShown: isShown(widget, ktag, owner) }]
  })
}
