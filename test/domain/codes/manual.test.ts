import { createDecipheriv, createHash } from 'node:crypto'
import { expect } from 'chai'
import * as codes from '#domain/codes'
import { asking } from '#test/codes-stage'
import { World } from '#test/world'

describe('The codes that a project compares itself', () => {
  let world: World

  before(async () => {
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())

  const { write, project, freshPhone, outcome } = asking(() => world)

  it('are given to it encrypted, and are known to it alone', async () => {
    const { realm, secretKey } = await project()
    const [{ realm: another }, to] = [await project(), freshPhone()]
    const made = await write((unit) =>
      codes.sendManually(unit, realm, { to, channel: 'sms', code: '778899', callbackUrl: 'https://shop.example/told' }),
    )
    expect(made.status).to.equal('queued')
    const key = createHash('sha256').update(secretKey).digest('base64').slice(0, 32)
    const [, iv = '', hidden = ''] = /^aes_256_cbc_([0-9a-f]{32})([0-9a-f]+)$/.exec(made.code ?? '') ?? []
    const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(iv, 'hex'))
    expect(decipher.update(hidden, 'hex', 'utf8') + decipher.final('utf8')).to.equal('778899')
    const shown = () => world.running.database.read((view) => codes.manualMessage(view, realm, made.no))
    expect((await shown()).code).to.equal(null)
    expect(await outcome(world.running.database.read((view) => codes.manualMessage(view, another, made.no)))).to.equal(
      'message_not_found',
    )
    expect(
      await outcome(write((unit) => codes.sendManually(unit, realm, { to, channel: 'sms', providerId: 'x' }))),
    ).to.equal('validation_failed')
    expect(await outcome(write((unit) => codes.sendManually(unit, realm, { to, channel: 'sms' })))).to.equal(
      'sent_too_early',
    )
  })

  it('move forward only, and end once, by the last word or by silence', async () => {
    const { realm } = await project()
    const { database } = world.running
    const sent = async () => {
      // Nobody hears of it, so that nobody but this test says what becomes of it.
      const { no } = await write((unit) =>
        codes.sendManually({ ...unit, emit: () => {} }, realm, { to: freshPhone(), channel: 'sms' }),
      )
      return { no, ...(await database.sql('manual_messages').where({ no }).first('id')) }
    }
    const report = (id: string, status: codes.ManualStatus, error: string | null = null) =>
      write((unit) => codes.reportManual(unit, id, { status, error }))
    const status = async (no: number) => (await database.read((view) => codes.manualMessage(view, realm, no))).status
    const endings = (id: string) =>
      database.sql('events').where({ name: 'manual_message.finished' }).whereRaw(`data ->> 'message_id' = ?`, [id])

    const [told, silent, unsent] = [await sent(), await sent(), await sent()]
    await report(told.id, 'sent')
    await report(told.id, 'sending')
    expect(await status(told.no)).to.equal('sent')
    await Promise.all([report(told.id, 'delivered'), report(told.id, 'delivered'), report(told.id, 'failed', '30003')])
    await report(told.id, 'failed', '30003')
    expect(await endings(told.id)).to.have.length(1)

    await report(silent.id, 'sent')
    await write(codes.finishSilent)
    expect(await endings(silent.id)).to.have.length(0)
    await world.moveClock(3601)
    await write(codes.finishSilent)
    expect([await status(silent.no), await status(unsent.no)]).to.deep.equal(['sent', 'failed'])
    expect(await endings(silent.id)).to.have.length(1)
  })
})
