import { z } from 'zod'
import { book, type CommandOf, type Ran, type Result } from '#domain/commands'
import type { View } from '#kit/unit'
import { ContactSchema, presentContact } from './contact.ts'
import { GroupDetailSchema, GroupSchema, presentGroup, presentGroupDetail } from './group.ts'
import { presentUser, UserSchema } from './user.ts'

/** How one command is written. */
export const GuideEntrySchema = z
  .object({
    verb: z.string(),
    aliases: z.array(z.string()),
    syntax: z.string(),
    summary: z.string(),
    category: z.string(),
    examples: z.array(z.string()),
    works_by_sms: z.boolean(),
    schedulable: z.boolean(),
  })
  .meta({ id: 'GuideEntry' })

/** What came of a command: an object of this API, or several. */
export const CommandOutcomeSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('user'), data: UserSchema }),
    z.object({ type: z.literal('contact'), data: ContactSchema }),
    z.object({ type: z.literal('contacts'), data: z.array(ContactSchema) }),
    z.object({ type: z.literal('group'), data: GroupDetailSchema }),
    z.object({ type: z.literal('groups'), data: z.array(GroupSchema) }),
    z.object({ type: z.literal('guide'), data: z.array(GuideEntrySchema) }),
  ])
  .meta({ id: 'CommandOutcome' })

export const CommandResultSchema = z
  .object({
    status: z.enum(['ok', 'confirm_required', 'scheduled']),
    verb: z.string(),
    canonical: z.string().describe('The command in its one form; sent again, it means the same.'),
    reply: z.string().describe('What a phone would be texted.'),
    result: CommandOutcomeSchema.nullable(),
    confirm: z
      .object({ token: z.string(), recipients: z.number().int() })
      .nullable()
      .describe('So many would hear of it: send it again with `confirm`, or write `ok`.'),
  })
  .meta({ id: 'CommandResult' })

/** That a command was run, by whatever device or phone. */
export const CommandRunSchema = z.object({
  id: z.string(),
  source: z.enum(['app', 'sms', 'schedule']),
  text: z.string(),
  verb: z.string().nullable(),
  canonical: z.string().nullable(),
  status: z.enum(['ok', 'confirm_required', 'scheduled', 'failed']),
  reply: z.string(),
  code: z.string().nullable().describe('Of the refusal.'),
})

/** Write how one command is written. */
export function presentGuideEntry(command: CommandOf): z.input<typeof GuideEntrySchema> {
  return {
    verb: command.verb,
    aliases: [...(command.aliases ?? [])],
    syntax: book.syntaxOf(command),
    summary: command.summary,
    category: command.category,
    examples: [...command.examples],
    works_by_sms: true,
    schedulable: command.isSchedulable ?? false,
  }
}

/** Write what somebody's command came to. */
export async function presentRan(view: View, ran: Ran): Promise<z.input<typeof CommandResultSchema>> {
  const { status, verb, canonical, reply, result, doubt } = ran
  return { status, verb, canonical, reply, result: result && (await presentOutcome(view, result)), confirm: doubt }
}

async function presentOutcome(view: View, { type, data }: Result): Promise<z.input<typeof CommandOutcomeSchema>> {
  switch (type) {
    case 'user':
      return { type, data: await presentUser(view, data) }
    case 'contact':
      return { type, data: presentContact(data) }
    case 'contacts':
      return { type, data: data.map(presentContact) }
    case 'group':
      return { type, data: await presentGroupDetail(view, data) }
    case 'groups':
      return { type, data: data.map(presentGroup) }
    case 'guide':
      return { type, data: data.map(presentGuideEntry) }
  }
}
