import { z } from 'zod'
import { EmailSchema } from '#domain/accounts'
import * as moderation from '#domain/moderation'
import { KtagNameSchema } from '#domain/tags'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { kadoink } from '../surface.ts'

const ReportBody = z
  .object({
    target_type: z.enum(moderation.TARGET_TYPES),
    target_id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('The id of what is reported; of a widget, its public key does as well.'),
    ktag: KtagNameSchema.optional().describe('The name of a tag, instead of its id.'),
    reason: z.enum(moderation.REASONS),
    details: z.string().trim().min(1).max(2000).optional(),
    reporter_email: EmailSchema.optional().describe('Where to ask, of somebody without an account.'),
    block: z.boolean().default(false).describe('Also block whoever it belongs to; takes a token.'),
  })
  .superRefine((body, context) => {
    const isNamed = body.ktag !== undefined
    if (isNamed !== (body.target_id !== undefined) && (!isNamed || body.target_type === 'ktag')) return
    const path = isNamed && body.target_id === undefined ? 'ktag' : 'target_id'
    context.addIssue({ code: 'custom', path: [path], message: 'Send target_id, or of a tag its name in ktag.' })
  })

export const reportAbuse = kadoink.endpoint({
  method: 'POST',
  path: '/abuse-reports',
  tag: 'Public profiles',
  summary: 'Report abuse',
  notes:
    'What you may see: a message that is in your inbox, a call that you were on, anything that is public. A visitor counts ' +
    'by `reporter_email`, else by address.',
  auth: 'optional',
  limit: 'abuse',
  body: ReportBody,
  status: 201,
  reply: z.object({ id: z.string(), status: z.literal('received'), created_at: StampSchema }),
  idempotent: true,
  faults: [moderation.TargetNotFound, moderation.AlreadyReported],
  async handle({ unit, viewer, body, request }) {
    const reporter = { user: viewer?.user ?? null, email: body.reporter_email ?? null, ip: request.ip }
    const { target_type: type, target_id: id = '', ktag: name, reason, details = null, block } = body
    const target = name === undefined ? { type, id } : { type: 'ktag' as const, name }
    const report = await moderation.file(unit, reporter, { target, reason, details, block })
    return { id: report.id, status: 'received' as const, created_at: stamp(report.createdAt) }
  },
})
