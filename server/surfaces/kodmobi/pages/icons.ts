import { z } from 'zod'
import { NotFound } from '#kit/fault'
import { definePage } from '#kit/web-page'
import { ICONS, type IconName } from '../icons.ts'

const KEPT_SECONDS = 86_400

/** The pictures that channels are shown with. */
export const icons = definePage({
  path: '/kodmobi/icons/{file}',
  limit: [{ points: 1200, perSeconds: 60, by: 'ip' }],
  params: z.object({ file: z.string().max(20) }),
  async show({ params: { file } }) {
    const name = /^(\w+)\.svg$/.exec(file)?.[1] ?? ''
    if (!Object.hasOwn(ICONS, name)) throw NotFound()
    return { contentType: 'image/svg+xml', bytes: ICONS[name as IconName], maxAgeSeconds: KEPT_SECONDS }
  },
})
