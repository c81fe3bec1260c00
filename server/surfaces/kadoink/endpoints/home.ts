import { z } from 'zod'
import type { Endpoint } from '#kit/endpoint'
import { wholeNumber } from '#kit/page'
import { type CursorOf, HomeSchema, presentHome } from '../presenters/home.ts'
import { kadoink } from '../surface.ts'

/** What an app asks for first; `cursorOf` gives the place at which its socket goes on. */
export function homeEndpoints(cursorOf: CursorOf): readonly Endpoint[] {
  const readHome = kadoink.endpoint({
    tag: 'Home',
    auth: 'bearer',
    gates: ['mobile'],
    method: 'GET',
    path: '/home',
    summary: 'Dashboard (single round trip)',
    notes:
      'Everything that an app shows first, all of it of one moment, which is also that of `realtime.cursor`: a socket ' +
      'that says hello with it hears all that has happened since.',
    limit: 'read',
    query: z.object({
      limit: wholeNumber(1, 25).default(10).describe('How many of each list at most; 10 when absent.'),
    }),
    status: 200,
    reply: HomeSchema,
    snapshot: true,
    async handle({ view, viewer, query }) {
      return presentHome(view, viewer.user, query.limit, cursorOf)
    },
  })
  return [readHome]
}
