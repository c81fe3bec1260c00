import { z } from 'zod'
import * as commands from '#domain/commands'
import { IdSchema } from '#kit/id'
import { listOf } from '../dialect/lists.ts'
import { CommandResultSchema, GuideEntrySchema, presentGuideEntry, presentRan } from '../presenters/command.ts'
import { kadoink } from '../surface.ts'

export const runCommand = kadoink.endpoint({
  tag: 'Commands',
  auth: 'bearer',
  gates: ['mobile'],
  method: 'POST',
  path: '/commands',
  summary: 'Run a command',
  notes: 'The same words work by text. What a command does is what its endpoint does; see the guide.',
  limit: 'command',
  alsoLimit: ({ text, reply_to_message_id }, { user }) =>
    commands.limitOf(user, text, reply_to_message_id !== undefined),
  body: z.object({
    text: z.string().trim().min(1).max(1600),
    confirm: z.boolean().optional().describe('You have been asked whether so many shall hear of it, and mean it.'),
    reply_to_message_id: IdSchema.optional().describe(
      '`reply` without a number, and what is no command, answers this.',
    ),
  }),
  status: 200,
  reply: CommandResultSchema,
  idempotent: true,
  faults: Object.values(commands.refusals),
  async handle({ unit, viewer, body }) {
    const { text, confirm: isConfirmed = false, reply_to_message_id: answersId } = body
    const asker = { user: viewer.user, source: 'app', isConfirmed, answersId } as const
    return presentRan(unit, viewer.user, await commands.run(unit, asker, text))
  },
})

export const readGuide = kadoink.endpoint({
  tag: 'Commands',
  auth: 'bearer',
  method: 'GET',
  path: '/commands/guide',
  summary: 'Command reference',
  notes: 'Everything that can be written, here or in a text to `number`. `q` finds verbs.',
  limit: 'read',
  query: z.object({ q: z.string().trim().min(1).max(40).optional() }),
  status: 200,
  reply: listOf(GuideEntrySchema).extend({
    number: z.string().describe('Where to text.'),
    version: z.string().describe('Another one when the guide has changed.'),
  }),
  async handle({ view, query }) {
    const words = query.q?.toLowerCase() ?? ''
    const found = commands.guide.filter(({ verb, aliases }) => [verb, ...aliases].some((one) => one.includes(words)))
    return {
      items: found.map(presentGuideEntry),
      has_more: false,
      number: view.site.numbers[0],
      version: commands.version,
    }
  },
})
