import * as texts from '#domain/texts'
import { CodeIssued, LinkIssued, linkMessage, message } from '#domain/verification'
import { defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Carrier, CarrierError, type TextOrder } from './carrier.ts'
import { verdict } from './verdict.ts'

/** Twilio's word for "this person has texted STOP" (docs: error 21610). */
const OPTED_OUT = 21610

/** Sends texts and texted codes. A text is claimed before it is sent: nobody gets it twice. */
export function texter(database: Database, carrier: Carrier, from: string): Effect {
  return defineEffect(
    'texter',
    ({ id }) => id,
    (on) => {
      on(texts.TextQueued, async ({ id, data }) => {
        const text = await database.read((view) => texts.outgoing(view, data.text_id))
        if (!text) return
        await place(database, {
          ...sending(carrier, { key: text.id, from: text.ourNumber, to: text.phone, body: text.body }),
          key: id,
          facts: { to: text.phone, text_id: text.id },
          sent: (unit: Unit, { carrierId }: { carrierId: string }) =>
            texts.report(unit, text.id, { status: 'sending', carrierId }),
          failed: async (unit: Unit, error: unknown) => {
            await texts.report(unit, text.id, { status: 'failed', errorCode: codeOf(error) })
            if (codeOf(error) === OPTED_OUT) await texts.optOut(unit, text.phone)
          },
        })
      })

      on(CodeIssued, async ({ id, data }) => {
        if (data.channel !== 'sms') return
        const code = await database.read((view) => message(view, data.challenge_id, data.send))
        if (!code) return
        const body = `${code.code} is your Kadoink code. It works for 10 minutes. Tell it to nobody.`
        await place(database, {
          ...sending(carrier, { key: id, from, to: code.destination, body }),
          key: id,
          failed: async (unit: Unit, error: unknown) => {
            if (codeOf(error) === OPTED_OUT) await texts.optOut(unit, code.destination)
          },
        })
      })

      on(LinkIssued, async ({ id, data }) => {
        if (data.channel !== 'sms') return
        const link = await database.read((view) => linkMessage(view, data.link_id))
        if (!link) return
        const body = `Open this to sign in to Kadoink: ${link.url} It works once, for 15 minutes.`
        await place(database, { ...sending(carrier, { key: id, from, to: link.destination, body }), key: id })
      })
    },
  )
}

function sending(carrier: Carrier, order: TextOrder) {
  return {
    effect: 'texter',
    facts: { to: order.to },
    send: () => carrier.text(order),
    externalId: ({ carrierId }: { carrierId: string }) => carrierId,
    judge: verdict,
  }
}

function codeOf(error: unknown): number | null {
  return error instanceof CarrierError ? error.code : null
}
