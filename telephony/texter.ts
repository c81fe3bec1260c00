import { pay } from '#domain/spending'
import * as texts from '#domain/texts'
import { CodeIssued, codeNote, codeText, LinkIssued, linkMessage, message } from '#domain/verification'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'
import { type Carrier, CarrierError, type TextOrder } from './carrier.ts'
import { Passage } from './passage.ts'
import { verdict } from './verdict.ts'

/** Orders that are under way at once: of texts to one, of texts to many, and of codes and links. */
const AT_ONCE = 6

/** What WhatsApp has approved for codes, by language: ids of templates whose variable `1` is the code. */
export type CodeTemplates = Readonly<Partial<Record<'en' | 'ru', string>>>

/**
 * Sends what is texted to one, by SMS or by WhatsApp: texts, codes and links, which let somebody in and are read where
 * they are sealed. A text is claimed before it is handed over: nobody gets it twice.
 */
export function texter(database: Database, carrier: Carrier, templates: CodeTemplates = {}): Effect {
  const plain = new Passage(AT_ONCE)
  const secret = new Passage(AT_ONCE)
  const send = (text: texts.SecretText, template: TextOrder['template'] = null) => {
    const { id: name, phone, body, network } = text
    const claim = async (unit: Unit) => {
      const claimed = await texts.claimSecret(unit, text)
      return claimed && { ...claimed, body }
    }
    return secret.pass(() => sendOnce(database, carrier, { name, phone, network, template }, claim))
  }
  return defineEffect(
    'texter',
    (event) => dataField(event, 'text_id') || event.id,
    (on) => {
      on(texts.TextQueued, ({ data }) => plain.pass(() => handOver(database, carrier, data.text_id)))

      on(CodeIssued, async ({ id, data: { challenge_id: challengeId, channel, send: no } }) => {
        if (channel !== 'sms' && channel !== 'whatsapp') return
        const code = await database.read((view) => message(view, challengeId, no))
        if (!code) return
        // What becomes of this deployment's own codes is told to nobody.
        const reported = code.wording.project === null ? null : challengeId
        const text = { id, phone: code.destination, purpose: 'code', network: channel, challengeId: reported } as const
        const template = channel === 'whatsapp' ? templates[code.wording.language] : undefined
        await send(
          { ...text, body: channel === 'sms' ? codeText(code) : codeNote(code) },
          template === undefined ? null : { id: template, values: { 1: code.code } },
        )
      })

      on(LinkIssued, async ({ id, data }) => {
        if (data.channel !== 'sms') return
        const link = await database.read((view) => linkMessage(view, data.link_id))
        if (!link) return
        const body = `Open this to sign in to Kadoink: ${link.url} It works once, for 15 minutes.`
        await send({ id, phone: link.destination, purpose: 'link', body, network: 'sms', challengeId: null })
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

/** What a text costs by. */
const KINDS = { sms: 'text', whatsapp: 'whatsapp' } as const

/** Place the order to send one text under its name; `claim` says what to send, or null when it is not to be sent. */
async function sendOnce(
  database: Database,
  carrier: Carrier,
  wanted: {
    readonly name: string
    readonly phone: string
    readonly network?: texts.TextNetwork
    readonly template?: TextOrder['template']
  },
  claim: (
    unit: Unit,
  ) => Promise<{ readonly ourNumber: string; readonly body: string; readonly segments: number } | null>,
): Promise<void> {
  const { name, phone, network = 'sms', template = null } = wanted
  let order: TextOrder | null = null
  await place(database, {
    effect: 'texter',
    key: name,
    facts: { to: phone, text_id: name, network },
    async wanted(unit) {
      const claimed = await claim(unit)
      if (!claimed) return false
      if (!(await pay(unit, { orderKey: name, kind: KINDS[network], phone, segments: claimed.segments }))) {
        await texts.notPaid(unit, name)
        return false
      }
      order = { key: name, from: claimed.ourNumber, to: phone, body: claimed.body, network, template }
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
