import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import { Teller } from '#consumers/manual-callbacks'
import * as codes from '#domain/codes'
import { safeFetch } from '#gateways/safe-fetch'
import { createLog } from '#kit/log'
import { Project } from '#test/codes-stage'
import type { Json } from '#test/people'
import { Receiver } from '#test/receiver'
import { World } from '#test/world'

describe('What has become of a message that a project checks itself', () => {
  let world: World
  let receiver: Receiver
  let heard: Receiver['heard']
  let shop: Project

  before(async () => {
    receiver = await new Receiver().open()
    heard = receiver.heard
    // Time stands still until it is moved: what is due in a second is not so on a slow machine.
    world = await World.start({ EGRESS_ALLOW: receiver.place, SPEND_PER_HOUR: '1000' }, { isOneTime: true })
  })
  after(async () => {
    await world.end()
    receiver.close()
  })
  beforeEach(async () => {
    shop = await Project.in(world, { callbackUrl: receiver.at('/project') })
    receiver.reset()
  })

  const later = async (seconds: number) => {
    await world.carrier.clock.advance(seconds)
    await world.settle()
  }
  const hook = (path?: string) => receiver.at(path)
  const teller = () => {
    const fetch = safeFetch({ allow: [receiver.place] })
    return new Teller({ database: world.running.database, fetch, log: createLog('silent') })
  }
  /** Have a code mailed: it is finished as soon as it is handed over. */
  const mailed = async (callbackUrl: string | null = hook(), project = shop): Promise<codes.ManualMessage> => {
    const to = `ana${Math.random().toString(36).slice(2)}@example.com`
    const message = await project.sendManually({ to, channel: 'email', callbackUrl })
    await world.settle()
    return message
  }
  const rowOf = async ({ no }: codes.ManualMessage): Promise<Json> => {
    const { sql } = world.running.database
    const { id } = await sql('manual_messages').where({ no }).first('id')
    return sql('manual_callbacks').where({ message_id: id }).first()
  }

  it('is told where the message says, signed with the secret key', async () => {
    const { no } = await mailed()
    const [told] = heard
    expect(heard).to.have.lengthOf(1)
    expect(told?.path).to.equal('/hook')
    expect(JSON.parse(told?.body ?? '')).to.deep.equal({ id: no, channel: 'email', status: 'sent', error: null })
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(told?.signature ?? '') ?? []
    const own = createHmac('sha256', shop.made.secretKey).update(`${seconds}.${told?.body}`).digest('hex')
    expect(mac).to.equal(own)
    expect(await rowOf({ no } as codes.ManualMessage)).to.include({ state: 'told', tries: 1, last_status: 200 })
  })

  it('is told where the project says, when the message does not', async () => {
    await mailed(null)
    expect(heard.map(({ path }) => path)).to.deep.equal(['/project'])
  })

  it('is told to nobody who does not want to know', async () => {
    const silent = await Project.in(world, { callbackUrl: null })
    const message = await mailed(null, silent)
    expect(heard).to.deep.equal([])
    expect(await rowOf(message)).to.equal(undefined)
  })

  it('is told of what failed, too', async () => {
    const phone = world.freshNumber()
    world.carrier.handset(phone).script({ undelivered: 30005 })
    const { no } = await shop.sendManually({ to: phone, channel: 'sms', callbackUrl: hook() })
    await world.pass(2)
    expect(heard.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { id: no, channel: 'sms', status: 'failed', error: 'carrier_30005' },
    ])
  })

  it('is told again, later and later, until it is taken; each time under the same id', async () => {
    const answers = [500, 503, 404, 302, 0, 204]
    receiver.answer = (request, response) => {
      const status = answers[heard.length - 1] ?? 204
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, { Location: hook('/elsewhere') }).end()
    }
    const message = await mailed()
    for (const [index, seconds] of [10, 30, 60, 300, 900].entries()) {
      await later(seconds - 1)
      await teller().look()
      expect(heard, 'too early').to.have.lengthOf(index + 1)
      await later(1)
      await teller().look()
      expect(heard, `after ${seconds} s`).to.have.lengthOf(index + 2)
    }
    expect(new Set(heard.map(({ id }) => id)).size).to.equal(1)
    expect(new Set(heard.map(({ signature }) => signature)).size).to.be.above(3)
    expect(heard.map(({ path }) => path)).not.to.include('/elsewhere')
    await later(100_000)
    await teller().look()
    expect(heard).to.have.lengthOf(6)
    expect(await rowOf(message)).to.include({ state: 'told', tries: 6, last_status: 204 })
  })

  it('is given up after a day', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end()
    const message = await mailed()
    for (let hour = 0; hour < 30; hour++) {
      await later(3600)
      await teller().look()
    }
    expect(await rowOf(message)).to.include({ state: 'given_up', last_status: 500, due_at: null })
    expect(heard.length).to.be.within(24, 30)
  })

  it('is not told again to who wants no more of it', async () => {
    receiver.answer = (_, response) => response.writeHead(410).end()
    const message = await mailed()
    await later(3600)
    await teller().look()
    expect(heard).to.have.lengthOf(1)
    expect(await rowOf(message)).to.include({ state: 'given_up', last_status: 410 })
  })

  it('is never told to this machine or its neighbours', async () => {
    const { port } = receiver
    for (const url of [`http://localhost:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, 'http://169.254.169.254/']) {
      expect(await rowOf(await mailed(url)), url).to.include({ state: 'given_up', last_error: 'refused' })
    }
    expect(heard).to.deep.equal([])
  })

  it('is told by another when the worker that told it is gone; what that one finds out later counts no more', async () => {
    const { database } = world.running
    const [message] = await finishedUntold([{}])
    const [taken] = await database.write((unit) => codes.takeCallbacks(unit, 10))
    expect(taken?.tries).to.equal(1)
    await teller().look()
    expect(heard).to.deep.equal([])
    await later(61)
    await teller().look()
    expect(heard.map(({ id }) => id)).to.deep.equal([taken?.messageId])
    expect(await database.write((unit) => codes.answered(unit, taken as codes.Telling, { status: 500 }))).to.equal(
      false,
    )
    expect(await rowOf(message as codes.ManualMessage)).to.include({ state: 'told', tries: 2 })
  })

  it('is told once by several workers that look at once', async () => {
    await finishedUntold(Array.from({ length: 8 }, () => ({})))
    await Promise.all([teller(), teller(), teller()].map((one) => one.look()))
    await teller().look()
    expect(new Set(heard.map(({ id }) => id)).size).to.equal(8)
    expect(heard).to.have.lengthOf(8)
  })

  it('reaches others while one of them answers slowly', async () => {
    const slow = { url: hook('/slow'), project: await Project.in(world) }
    const waiting: ServerResponse[] = []
    const listen = (resolve: () => void) => {
      receiver.answer = (request, response) => {
        if (request.url === '/slow') return void waiting.push(response)
        response.end()
        resolve()
      }
    }
    await finishedUntold([slow, slow, slow, slow, slow, { url: hook('/quick') }])
    const quick = new Promise<void>(listen)
    const looking = teller().look()
    await quick
    expect(heard.filter(({ path }) => path === '/slow').length).to.be.at.most(2)
    receiver.answer = (_, response) => response.end()
    for (const response of waiting) response.end()
    await looking
    await world.settle()
    expect(heard.filter(({ path }) => path === '/slow')).to.have.lengthOf(5)
  })

  /** Messages that are finished, and of which nobody was told: as they are when the worker dies right then. */
  async function finishedUntold(
    wanted: readonly { readonly url?: string; readonly project?: Project }[],
  ): Promise<readonly codes.ManualMessage[]> {
    const { database } = world.running
    const messages = []
    for (const { url = hook(), project = shop } of wanted) messages.push(await mailed(url, project))
    const numbers = messages.map(({ no }) => no)
    const ids: string[] = await database.sql('manual_messages').whereIn('no', numbers).pluck('id')
    heard.length = 0
    await database.sql('manual_callbacks').whereIn('message_id', ids).delete()
    await database.write(async (unit) => {
      for (const id of ids) await codes.queueCallback(unit, id)
    })
    return messages
  }
})
