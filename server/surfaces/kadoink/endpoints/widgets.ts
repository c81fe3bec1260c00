import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import { KtagNotFound, NotKtagOwner } from '#domain/tags'
import * as widgets from '#domain/widgets'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { listOf, presentList } from '../dialect/lists.ts'
import { EmbedSchema, presentEmbed, presentWidget, WidgetKindSchema, WidgetSchema } from '../presenters/widget.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Widgets', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ widget_id: IdSchema })

/** A colour as CSS writes it, in three or six digits; handed on in six, in lower case. */
const ColorSchema = z
  .string()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'Send a colour such as #2266cc.')
  .transform((color) => (color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color).toLowerCase())

const ThemeSchema = z.object({
  color: ColorSchema.nullable().optional(),
  dark: z.boolean().nullable().optional(),
  width: z.number().int().min(200).max(1000).nullable().optional(),
})

const fields = {
  title: z.string().trim().min(1).max(80).nullable().optional(),
  theme: ThemeSchema.optional(),
  allowed_domains: widgets.AllowedDomainsSchema.optional(),
}

export const listWidgets = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/widgets',
  summary: 'List widgets',
  notes: 'The newest first.',
  limit: 'read',
  query: OffsetQuery.extend({ ktag_id: IdSchema.optional() }),
  status: 200,
  reply: listOf(WidgetSchema),
  async handle({ view, viewer, query }) {
    return presentList(await widgets.list(view, viewer.user, query.ktag_id ?? null, pageRequest(query)), presentWidget)
  },
})

export const createWidget = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/widgets',
  summary: 'Create a widget',
  notes:
    'For one of your tags. `status` shows what was posted on it, `follow` lets visitors get its texts, `message` lets ' +
    'them write to you, `call` has their phone rung and then yours. `status` and `follow` need a public tag. ' +
    '`allowed_domains` are hosts (`example.com`, `*.example.com`, with a port if need be) whose pages may show it; ' +
    'without any, every page may.',
  limit: 'write',
  body: z.object({ ktag_id: IdSchema, kind: WidgetKindSchema, ...fields }),
  status: 201,
  reply: WidgetSchema,
  idempotent: true,
  faults: [KtagNotFound, NotKtagOwner, PlanLimitReached, widgets.KtagPrivate],
  async handle({ unit, viewer, body }) {
    const { ktag_id: ktagId, kind } = body
    return presentWidget(await widgets.create(unit, viewer.user, { ktagId, kind, ...settingsOf(body) }))
  },
})

export const deleteWidget = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/widgets/{widget_id}',
  summary: 'Delete a widget',
  notes: 'Where it stands, it says that it is no longer available.',
  limit: 'write',
  params,
  status: 204,
  faults: [widgets.WidgetNotFound],
  async handle({ unit, viewer, params }) {
    await widgets.remove(unit, viewer.user, params.widget_id)
  },
})

export const editWidget = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/widgets/{widget_id}',
  summary: 'Edit a widget',
  notes:
    'Absent fields stay as they are, null clears. With `rotate_key` it gets another key, and embeds with the old one are ' +
    'over. Whoever looks at it sees the change when they load it next.',
  limit: 'write',
  params,
  body: z.object({
    kind: WidgetKindSchema.optional(),
    ...fields,
    enabled: z.boolean().optional(),
    rotate_key: z.boolean().optional(),
  }),
  status: 200,
  reply: WidgetSchema,
  faults: [widgets.WidgetNotFound, widgets.KtagPrivate],
  async handle({ unit, viewer, params, body }) {
    const changes = {
      ...settingsOf(body),
      ...(body.kind === undefined ? {} : { kind: body.kind }),
      ...(body.enabled === undefined ? {} : { isEnabled: body.enabled }),
      ...(body.rotate_key === undefined ? {} : { rotateKey: body.rotate_key }),
    }
    return presentWidget(await widgets.edit(unit, viewer.user, params.widget_id, changes))
  },
})

export const embedWidget = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/widgets/{widget_id}/embed',
  summary: 'Embed snippet',
  notes: 'Both ways to put it on a page, or the one that is asked for.',
  limit: 'read',
  params,
  query: z.object({ format: z.enum(['iframe', 'script']).optional() }),
  status: 200,
  reply: EmbedSchema,
  faults: [widgets.WidgetNotFound, widgets.WidgetDisabled],
  async handle({ view, viewer, params, query }) {
    return presentEmbed(view, await widgets.getShown(view, viewer.user, params.widget_id), query.format)
  },
})

type Settings = Partial<Pick<widgets.WidgetSettings, 'title' | 'allowedDomains'>> & {
  readonly theme?: Partial<widgets.WidgetTheme>
}

/** The fields of a body that decide how a widget is, in the domain's words; absent ones stay absent. */
function settingsOf(body: {
  readonly title?: string | null | undefined
  readonly theme?: z.output<typeof ThemeSchema> | undefined
  readonly allowed_domains?: readonly string[] | undefined
}): Settings {
  const theme = Object.fromEntries(Object.entries(body.theme ?? {}).filter(([, value]) => value !== undefined))
  return {
    ...(body.title === undefined ? {} : { title: body.title }),
    ...(body.theme === undefined ? {} : { theme }),
    ...(body.allowed_domains === undefined ? {} : { allowedDomains: body.allowed_domains }),
  }
}
