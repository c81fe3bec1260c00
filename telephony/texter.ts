import { pay } from '#domain/spending'
import * as texts from '#domain/texts'
import { CodeIssued, type CodeMessage, LinkIssued, linkMessage, message } from '#domain/verification'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Carrier, CarrierError, type TextOrder } from './carrier.ts'
import { Passage } from './passage.ts'
import { verdict } from './verdict.ts'

/** Orders that are under way at once: of texts to one, of texts to many, and of codes and links. */
const AT_ONCE = 6

/**
 * Sends what is texted to one: texts, codes and links, which let somebody in and are read where they are sealed. A text
 * is claimed before it is handed over: nobody gets it twice.
 */
export function texter(database: Database, carrier: Carrier): Effect {
  const plain = new Passage(AT_ONCE)
  const secret = new Passage(AT_ONCE)
  const send = (id: string, purpose: 'code' | 'link', phone: string, body: string) => {
    const claim = async (unit: Unit) => {
      const claimed = await texts.claimSecret(unit, { id, phone, purpose, body })
      return claimed && { ...claimed, body }
    }
    return secret.pass(() => sendOnce(database, carrier, { name: id, phone }, claim))
  }
  return defineEffect(
    'texter',
    (event) => dataField(event, 'text_id') || event.id,
    (on) => {
      on(texts.TextQueued, ({ data }) => plain.pass(() => handOver(database, carrier, data.text_id)))

      on(CodeIssued, async ({ id, data }) => {
        if (data.channel !== 'sms') return
        const code = await database.read((view) => message(view, data.challenge_id, data.send))
        if (!code) return
        await send(id, 'code', code.destination, codeText(code))
      })

      on(LinkIssued, async ({ id, data }) => {
        if (data.channel !== 'sms') return
        const link = await database.read((view) => linkMessage(view, data.link_id))
        if (!link) return
        const body = `Open this to sign in to Kadoink: ${link.url} It works once, for 15 minutes.`
        await send(id, 'link', link.destination, body)
      })
    },
  )
}

/** Sends what is texted to many, at its own pace: ten thousand texts hold up no answer to anybody, and no code. */
export function batchTexter(database: Database, carrier: Carrier): Effect {
  const passage = new Passage(AT_ONCE)
  return defineEffect(
    'batch texter',
    (event) => dataField(event, 'text_id'),
    (on) => {
      on(texts.BatchTextQueued, ({ data }) => passage.pass(() => handOver(database, carrier, data.text_id)))
    },
  )
}

async function handOver(database: Database, carrier: Carrier, id: string): Promise<void> {
  const waiting = await database.read((view) => texts.waiting(view, id))
  if (waiting) await sendOnce(database, carrier, waiting, (unit) => texts.claim(unit, id))
}

/** What a code says of itself. The one that begins the texts of a tag says what they may cost and how they end (CTIA). */
function codeText({ purpose, code, payload }: CodeMessage): string {
  if (purpose === 'follow') {
    return `${code} is your code for the texts of *${payload.ktag_name}. Msg&data rates may apply. Reply STOP to end.`
  }
  const what = purpose === 'departure' ? 'code to delete your Kadoink account' : 'Kadoink code'
  return `${code} is your ${what}. It works for 10 minutes. Tell it to nobody.`
}

/** Place the order to send one text under its name; `claim` says what to send, or null when it is not to be sent. */
async function sendOnce(
  database: Database,
  carrier: Carrier,
  { name, phone }: { readonly name: string; readonly phone: string },
  claim: (
    unit: Unit,
  ) => Promise<{ readonly ourNumber: string; readonly body: string; readonly segments: number } | null>,
): Promise<void> {
  let order: TextOrder | null = null
  await place(database, {
    effect: 'texter',
    key: name,
    facts: { to: phone, text_id: name },
    async wanted(unit) {
      const claimed = await claim(unit)
      if (!claimed) return false
      if (!(await pay(unit, { orderKey: name, kind: 'text', phone, segments: claimed.segments }))) {
        await texts.notPaid(unit, name)
        return false
      }
      order = { key: name, from: claimed.ourNumber, to: phone, body: claimed.body }
      return true
    },
    send: () => carrier.text(given(order)),
    externalId: ({ carrierId }) => carrierId,
    sent: (unit, { carrierId }) => texts.report(unit, name, { status: 'sending', carrierId }),
    failed: (unit, error) => texts.report(unit, name, { status: 'failed', errorCode: codeOf(error) }),
    judge: verdict,
  })
}

/** An order is only sent after it has been claimed. */
function given(order: TextOrder | null): TextOrder {
  if (!order) throw new Error('A text was sent that was not claimed.')
  return order
}

function codeOf(error: unknown): number | null {
  return error instanceof CarrierError ? error.code : null
}
