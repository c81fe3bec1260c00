import { reportManual } from '#domain/codes'
import { CodeTextMoved } from '#domain/texts'
import { defineProjection } from '#kit/consumer'

/** How far a text has come, as a project hears of its message. */
const STATUSES = {
  sending: 'sending',
  sent: 'sent',
  unconfirmed: 'sent',
  delivered: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  skipped: 'failed',
} as const

/** What becomes of texts that carry codes reaches those who have them sent. */
export const codeReports = defineProjection('code reports', (on) => {
  on(CodeTextMoved, async (unit, { data }) => {
    const status = STATUSES[data.status]
    const carriers = data.error_code === null ? null : `carrier_${data.error_code}`
    await reportManual(unit, data.challenge_id, {
      status,
      error: status === 'failed' ? (carriers ?? data.reason) : null,
    })
  })
})
