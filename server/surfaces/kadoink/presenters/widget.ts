import { z } from 'zod'
import type { Ktag } from '#domain/tags'
import { type OwnWidget, WIDGET_KINDS, type Widget } from '#domain/widgets'
import { html } from '#kit/html'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'

export const WidgetKindSchema = z.enum(WIDGET_KINDS)

export const WidgetThemeSchema = z
  .object({
    color: z.string().nullable().describe('`#rrggbb`; null: ours.'),
    dark: z.boolean().nullable().describe("Null: as the visitor's system has it; false at first."),
    width: z.number().int().nullable().describe('CSS pixels at most; null: as wide as its place.'),
  })
  .meta({ id: 'WidgetTheme' })

export const WidgetSchema = z
  .object({
    id: z.string(),
    ktag: KtagRefSchema,
    kind: WidgetKindSchema,
    title: z.string().nullable(),
    theme: WidgetThemeSchema,
    allowed_domains: z.array(z.string()).describe('Hosts whose pages may show it; none: any page may.'),
    enabled: z
      .boolean()
      .describe('Whether visitors see it. A widget of a kind that needs a public tag is not shown of a private one.'),
    public_key: z.string(),
    stats: z.object({ views: z.number().int(), actions: z.number().int() }),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'Widget' })

export const EmbedSchema = z
  .object({
    widget_id: z.string(),
    public_key: z.string(),
    iframe_url: z.string(),
    html: z.string().nullable().describe('An `<iframe>`, of a fixed height. Null when only the script was asked for.'),
    script_html: z
      .string()
      .nullable()
      .describe(
        'A script element that puts the frame in its place, as high as what it shows. Null when only the iframe was.',
      ),
  })
  .meta({ id: 'WidgetEmbed' })

/** Write a widget for its owner. */
export function presentWidget({ widget, ktag, stats, isShown }: OwnWidget): z.input<typeof WidgetSchema> {
  return {
    id: widget.id,
    ktag: presentKtagRef(ktag),
    kind: widget.kind,
    title: widget.title,
    theme: { ...widget.theme },
    allowed_domains: [...widget.allowedDomains],
    enabled: isShown,
    public_key: widget.publicKey,
    stats: { ...stats },
    created_at: stamp(widget.createdAt),
    updated_at: stamp(widget.updatedAt),
  }
}

/** How high each kind of widget usually is, in CSS pixels: what a plain iframe is given. */
const HEIGHTS: Readonly<Record<Widget['kind'], number>> = { status: 420, follow: 260, message: 440, call: 260 }

/** Write what stands on somebody's page for a widget. It works under any policy that lets our address in: no style in it. */
export function presentEmbed(
  { site }: View,
  { widget, ktag }: OwnWidget,
  format: 'iframe' | 'script' | undefined,
): z.input<typeof EmbedSchema> {
  const address = widgetAddress(site.publicUrl, widget)
  const width = widget.theme.width ?? '100%'
  const frame = html`<iframe src="${address}" title="${widgetTitle(widget, ktag)}" width="${width}" height="${HEIGHTS[widget.kind]}" frameborder="0" loading="lazy" referrerpolicy="no-referrer"></iframe>`
  const script = html`<script async src="${site.publicUrl}/embed.js" data-key="${widget.publicKey}"></script>`
  return {
    widget_id: widget.id,
    public_key: widget.publicKey,
    iframe_url: address,
    html: format === 'script' ? null : frame.text,
    script_html: format === 'iframe' ? null : script.text,
  }
}

/** What a widget is called where its owner has not said. */
export function widgetTitle(
  { kind, title }: Pick<Widget, 'kind' | 'title'>,
  ktag: Pick<Ktag, 'name' | 'title'>,
): string {
  if (title !== null) return title
  const called = `*${ktag.name}`
  const ofKind = {
    status: ktag.title ?? called,
    follow: `Follow ${called}`,
    message: `Write to ${called}`,
    call: `Call ${called}`,
  }
  return ofKind[kind]
}

function widgetAddress(publicUrl: string, { publicKey }: Widget): string {
  return `${publicUrl}/w/${publicKey}`
}
