import type { Handset } from '../handset.ts'
import { parseScript, parseSteps } from '../script.ts'
import { type Body, ControlError, list, type Route, text } from './route.ts'

/** The people: what their phones do, and what they are told to do now. */
export const HANDSET_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/handsets',
    summary: 'every phone so far',
    act: (network) => network.allHandsets().map(stateOf),
  },
  {
    method: 'GET',
    path: '/handsets/:name',
    summary: 'script, calls, texts and what was heard',
    act: (network, phone) => stateOf(network.handset(phone)),
  },
  {
    method: 'PUT',
    path: '/handsets/:name',
    summary: 'what it does when rung: a script, or a list of scripts, one for each call',
    act: (network, phone, body) => {
      const scripts = Array.isArray(body) ? body : [body]
      return stateOf(network.handset(phone).script(...scripts.map(parseScript)))
    },
  },
  {
    method: 'GET',
    path: '/handsets/:name/texts',
    summary: 'texts received, oldest first',
    act: (network, phone) => network.handset(phone).texts,
  },
  {
    method: 'GET',
    path: '/handsets/:name/whatsapps',
    summary: 'what came by WhatsApp, oldest first',
    act: (network, phone) => network.handset(phone).whatsApps,
  },
  {
    method: 'POST',
    path: '/handsets/:name/whatsapp',
    summary: '{to, body}: write to one of our numbers by WhatsApp',
    act: (network, phone, body) => ({
      message_sid: network.handset(phone).whatsApp(text(body, 'to'), text(body, 'body')),
    }),
  },
  {
    method: 'POST',
    path: '/handsets/:name/dial',
    summary: '{to, steps?, caller_id?}: call one of our numbers, showing another, `anonymous` or `unknown`',
    act: (network, phone, body) => {
      const steps = parseSteps(body.steps ?? body.then ?? [])
      const shown = body.caller_id === undefined ? {} : { callerId: text(body, 'caller_id') }
      return { call_sid: network.handset(phone).dial(text(body, 'to'), { steps, ...shown }) }
    },
  },
  {
    method: 'POST',
    path: '/handsets/:name/text',
    summary: '{to, body, media_urls?}: text one of our numbers; media are data: or file: URLs',
    act: (network, phone, body) => {
      const to = text(body, 'to')
      const mediaUrls = list(body, 'media_urls')
      return { message_sid: network.handset(phone).text(to, text(body, 'body'), { mediaUrls }) }
    },
  },
  {
    method: 'POST',
    path: '/handsets/:name/press',
    summary: '{digits, call_sid?}: press keys in its latest call',
    act: (network, phone, body) => inCall(network.handset(phone).press(text(body, 'digits'), sid(body))),
  },
  {
    method: 'POST',
    path: '/handsets/:name/hang-up',
    summary: '{call_sid?}: hang up its latest call',
    act: (network, phone, body) => inCall(network.handset(phone).hangUp(sid(body))),
  },
]

function stateOf(handset: Handset): unknown {
  const { phone, nextScript, calls, texts, whatsApps, heard } = handset
  return { phone, script: nextScript, calls, texts, whatsapps: whatsApps, heard }
}

function sid(body: Body): string | undefined {
  return body.call_sid === undefined ? undefined : text(body, 'call_sid')
}

function inCall(isDone: boolean): { readonly done: true } {
  if (!isDone) throw new ControlError(404, 'this phone is in no such call')
  return { done: true }
}
