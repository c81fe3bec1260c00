import { codeAt, Project, wrongFor } from '#test/kodmobi'
import { GONE, MISSING, refused, type Scenario, UNKNOWN_SESSION, withCode } from './model.ts'

/** How codes come back, and what proves it. */
export const CHECKING: readonly Scenario[] = [
  {
    name: 'a good code passes once, and its token names the phone once, to its own project',
    async tell(scene) {
      const { asker, world, phone } = scene
      const { id, code } = await withCode(scene)
      const { status, data } = await asker.check(id, code)
      const stranger = asker.of(await Project.begin(world))
      const foreign = await stranger.exchange(data.verify_token)
      const person = await asker.exchange(data.verify_token)
      return [
        [status, data.is_test],
        refused(await asker.check(id, code)),
        refused(foreign),
        [person.status, person.data.phone === phone, person.data.to === `+${phone}`, person.data.email],
        refused(await asker.exchange(data.verify_token)),
      ]
    },
    ends: [[200, false], GONE, MISSING, [200, true, true, null], MISSING],
  },
  {
    name: 'a token is good for three minutes',
    async tell(scene) {
      const { id, code } = await withCode(scene)
      const { data } = await scene.asker.check(id, code)
      await scene.world.moveClock(181)
      return refused(await scene.asker.exchange(data.verify_token))
    },
    ends: MISSING,
  },
  {
    name: 'wrong codes are counted down, and then the right one is no good either',
    async tell(scene) {
      const { id, code } = await withCode(scene)
      const ends: unknown[] = []
      for (const typed of [wrongFor(code), 'abcd', wrongFor(code), code]) {
        ends.push(refused(await scene.asker.check(id, typed)))
      }
      return ends
    },
    ends: [
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 2 }],
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 1 }],
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 0 }],
      GONE,
    ],
  },
  {
    name: 'a session ends after three minutes',
    async tell(scene) {
      const { asker, world } = scene
      const { id, code } = await withCode(scene)
      await world.moveClock(181)
      return [
        refused(await asker.check(id, code)),
        refused(await asker.send(id, 'sms')),
        refused(await asker.channel(id, 'sms')),
      ]
    },
    ends: [GONE, GONE, GONE],
  },
  {
    name: 'nobody knows a session that is none, or of another project',
    async tell(scene) {
      const { asker, world } = scene
      const { id, code } = await withCode(scene)
      const stranger = asker.of(await Project.begin(world))
      const ends: unknown[] = []
      for (const [who, session] of [
        [asker, UNKNOWN_SESSION],
        [asker, 'x'],
        [asker, '9'.repeat(26)],
        [stranger, id],
      ] as const) {
        ends.push(refused(await who.check(session, code)))
        ends.push(refused(await who.send(session, 'sms')))
        ends.push(refused(await who.channel(session, 'sms')))
      }
      return [ends, (await asker.check(id, code)).status]
    },
    ends: [Array.from({ length: 12 }, () => MISSING), 200],
  },
  {
    name: 'a test sends nothing, shows its code to the secret key alone, and says to the end that it is one',
    async tell({ asker, world, phone }) {
      const page = await asker.create(phone, { type: 'sms', is_test: true })
      await world.moveClock(60)
      const key = asker.project.secretKey
      const server = await asker.send(page.data.session_id, 'sms', { is_test: true }, { key })
      await world.textsArrive()
      const checked = await asker.check(page.data.session_id, server.data.test_code)
      const person = await asker.exchange(checked.data.verify_token)
      return [
        [page.status, 'test_code' in page.data],
        [server.status, /^\d{4}$/.test(server.data.test_code)],
        world.carrier.handset(`+${phone}`).texts.length,
        [checked.status, checked.data.is_test, person.data.is_test],
      ]
    },
    ends: [[200, false], [200, true], 0, [200, true, true]],
  },
  {
    name: 'codes are as long as the project says',
    async tell({ asker, world, phone }) {
      const long = asker.of(await Project.begin(world, { codeLength: 6 }))
      const { data } = await long.create(phone, { type: 'sms' })
      const code = await codeAt(world, phone)
      return [code.length, (await long.check(data.session_id, `${code.slice(0, 3)} ${code.slice(3)}`)).status]
    },
    ends: [6, 200],
  },
]
