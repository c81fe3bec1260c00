import { z } from 'zod'
import { readFeed } from '#domain/calendar'
import { NotFound } from '#kit/fault'
import { definePage } from '#kit/web-page'
import { presentCalendar } from '../presenters/icalendar.ts'
import { kadoink } from '../surface.ts'

/** Somebody's calendar, for other programs: whoever has the address may read it. */
export const calendarFile = definePage({
  limit: kadoink.limits.public,
  path: '/calendar/{key}.ics',
  params: z.object({ key: z.string().regex(/^[0-9A-Za-z]{43}$/) }),
  async show({ view, params }) {
    const events = await readFeed(view, params.key)
    if (!events) throw NotFound({ message: 'There is no such calendar.' })
    return {
      contentType: 'text/calendar; charset=utf-8',
      bytes: presentCalendar(events, view.now.getUTCFullYear()),
      maxAgeSeconds: 0,
      isPrivate: true,
    }
  },
})
