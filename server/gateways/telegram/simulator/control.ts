import { ApiRefusal, fields } from './api.ts'
import type { Member } from './people.ts'
import type { TelegramSimulator } from './simulator.ts'

/** What can be asked of the stand-in beside the Bot API: another process plays the people and the mishaps. */
const ROUTES = [
  'GET /control – this list',
  'GET /control/people, GET /control/people/:phone – who there is, and what the bot said to them',
  'POST /control/people/:phone/start – press Start; {"language"} is what their Telegram speaks',
  'POST /control/people/:phone/write {"text"} – write to the bot',
  'POST /control/people/:phone/share {"phone"?, "of"?} – share their number, or another; "of": "nobody", or whose it is',
  'POST /control/people/:phone/block, /unblock – the bot',
  'PUT /control/webhooks {"isHeld","isDoubled"} – hold updates back, tell each twice',
  'POST /control/webhooks/release {"isReversed"} – tell what was held',
  'PUT /control/fault {"kind":"away"|"hang"|"error"|"silent"|"busy","times","method","seconds"} – what the next requests meet',
] as const

/** What the next requests may meet. */
export const FAULTS = ['away', 'hang', 'error', 'silent', 'busy'] as const
export type Fault = (typeof FAULTS)[number]

/** Answer a request to the control API. Throws `ApiRefusal`. */
export async function control(
  simulator: TelegramSimulator,
  method: string,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { people, webhooks } = simulator
  const [, subject = '', phone = '', act = ''] = path.split('/').filter(Boolean).map(decodeURIComponent)
  if (method === 'GET' && subject === '') return { stand_in: 'Telegram', bot: simulator.botName, routes: ROUTES }
  if (method === 'GET' && subject === 'people') return phone === '' ? people.all : people.at(known(phone))
  if (method === 'POST' && subject === 'people') return actOf(simulator, people.at(known(phone)), act, body)
  if (method === 'PUT' && subject === 'webhooks') return Object.assign(webhooks.delivery, switches(body))
  if (method === 'POST' && subject === 'webhooks' && phone === 'release') {
    await webhooks.release({ isReversed: body.isReversed === true })
    return webhooks.delivery
  }
  if (method === 'PUT' && subject === 'fault') return simulator.meet(...faultOf(body))
  throw new ApiRefusal(404, `There is no ${method} ${path}; GET /control lists what there is.`)
}

async function actOf(
  { people }: TelegramSimulator,
  member: Member,
  act: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Member> {
  if (typeof body.language === 'string') member.language = body.language
  const { phone = member.phone, of = member.phone } = body
  const owner = of === 'nobody' ? null : people.at(known(of)).id
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    start: () => people.start(member),
    write: () => people.write(member, String(body.text ?? '')),
    share: () => people.share(member, { phone: String(phone), userId: owner }),
    block: () => people.block(member),
    unblock: () => people.unblock(member),
  }
  const wanted = Object.hasOwn(acts, act) ? acts[act] : undefined
  if (!wanted) throw new ApiRefusal(404, `Nobody can ${act}.`)
  await wanted()
  return member
}

function known(phone: unknown): string {
  if (typeof phone === 'string' && /^\+[1-9]\d{6,14}$/.test(phone)) return phone
  throw new ApiRefusal(400, 'A person is known by a number: +15551230001.')
}

function switches({ isHeld, isDoubled }: Readonly<Record<string, unknown>>): Record<string, boolean> {
  return {
    ...(typeof isHeld === 'boolean' ? { isHeld } : {}),
    ...(typeof isDoubled === 'boolean' ? { isDoubled } : {}),
  }
}

function faultOf(body: unknown): [kind: Fault, times: number, method: string, seconds: number] {
  const { kind, times = 1, method = '', seconds = 1 } = fields(body)
  const fault = FAULTS.find((one) => one === kind)
  if (!fault || typeof times !== 'number' || typeof method !== 'string' || typeof seconds !== 'number') {
    throw new ApiRefusal(400, `A fault is ${FAULTS.join(', ')}.`)
  }
  return [fault, times, method, seconds]
}
