import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { alertPlace, onPress } from '../form.ts'
import { machine } from '../machine.ts'
import { panel } from '../panel.ts'
import { haveVoicemailLeft } from '../phone.ts'
import type { State } from '../state.ts'
import { screen } from './screen.ts'

/** Where the phone network is simulated: one's own phone, and somebody to be called by. */
export function phonePanel(app: App): Part<State> {
  const mine = screen()
  const call = h('button', { type: 'button', class: 'second' }, 'Have a voicemail left for me')
  const done = h('p', { class: 'done', role: 'status' })
  const refused = alertPlace()
  onPress(call, refused, async () => {
    const tag = ownTag(app.store.state)
    if (!tag) return
    await haveVoicemailLeft(tag.extension)
    say(done, `Somebody dials ${machine.number} and spells *${tag.name}. It is in your inbox in a few seconds.`)
  })
  const element = panel(
    'simulated',
    'Your phone',
    [],
    h(
      'p',
      { class: 'hint' },
      'The phone network is simulated here: phones answer by themselves, and nothing leaves this machine.',
    ),
    mine.element,
    call,
    done,
    refused,
  )

  return {
    element,
    draw({ user, ...state }) {
      const number = user?.mobile ?? null
      element.hidden = !machine.hasPhones || number === null
      call.hidden = !ownTag({ user, ...state })
      mine.draw(element.hidden || number === null ? null : { number })
    },
  }
}

function ownTag({ ktags }: State): State['ktags'][number] | undefined {
  return ktags.find(({ is_primary, voicemail }) => is_primary && voicemail) ?? ktags.find(({ voicemail }) => voicemail)
}
