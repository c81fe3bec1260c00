import { expect } from 'chai'
import { purgeFiles, removeOld, soundKey } from '#domain/voicemail'
import { dials, inboxOf, type MailboxWorld, mailboxWorld, set, speak } from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import type { World } from '#test/world'

const DAY = 86_400

describe('Voicemail that is not wanted any more', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const filesOf = (person: Person): Promise<Json[]> =>
    world.running.database.sql('files').where({ owner_id: person.user.id })
  /** Twice at once, as two workers would. */
  const clean = async () => {
    await Promise.all([1, 2].map(() => removeOld(stage.tools.database)))
    await world.settle()
    await Promise.all([1, 2].map(() => purgeFiles(stage.tools.database, stage.tools.blobs)))
  }
  const bytesOf = async (person: Person): Promise<readonly (number | null)[]> => {
    const ids: string[] = await world.running.database
      .sql('recordings')
      .where({ owner_id: person.user.id })
      .pluck('recording_id')
    const blobs = await Promise.all(ids.map((id) => stage.tools.blobs.read(soundKey(id))))
    return blobs.map((bytes) => bytes?.length ?? null)
  }

  it('is deleted at once, and its sound a day later', async () => {
    await dials(world, world.freshNumber(), ana, speak(5))
    const [message] = await inboxOf(ana)
    await world.running.database.sql('messages').where({ id: message.id }).update({ transcript: 'Secret' })
    await ana.delete(`/inbox/${message.id}`)
    await clean()
    await world.moveClock(DAY - 60)
    await clean()
    expect(await filesOf(ana)).to.have.lengthOf(1)
    await world.moveClock(120)
    await clean()
    expect(await filesOf(ana)).to.deep.equal([])
    expect(await bytesOf(ana)).to.deep.equal([null])
    const { transcript } = await world.running.database.sql('messages').where({ id: message.id }).first()
    expect(transcript).to.equal(null)
    const played = await fetch(message.media[0].stream_url)
    expect(played.status).to.equal(401)
    expect((await ana.get(`/files/${message.media[0].file_id}/stream`)).status).to.equal(404)
  })

  it('loses no sound that somebody still has', async () => {
    await dials(world, world.freshNumber(), ana, speak(5))
    const [message] = await inboxOf(ana)
    // As if it had been let go by mistake: what it is for is asked when its time is up.
    await world.running.database
      .sql('files')
      .where({ owner_id: ana.user.id })
      .update({ purge_at: new Date(0) })
    await clean()
    expect((await ana.get(`/files/${message.media[0].file_id}/stream`)).status).to.equal(200)
    expect((await filesOf(ana))[0].purge_at).to.equal(null)
  })

  it('goes on where it was cut off: a file without bytes is nobody’s, and leaves at the next round', async () => {
    await dials(world, world.freshNumber(), ana, speak(5))
    const [message] = await inboxOf(ana)
    await ana.delete(`/inbox/${message.id}`)
    await world.settle()
    const past = new Date(0)
    await world.running.database.sql('files').where({ owner_id: ana.user.id }).update({ purge_at: past, gone_at: past })
    expect((await ana.get(`/files/${message.media[0].file_id}/stream`)).status).to.equal(404)
    await clean()
    expect([await filesOf(ana), await bytesOf(ana)]).to.deep.equal([[], [null]])
  })

  it('is removed when it is older than the plan keeps it, and the apps are told; texts stay', async () => {
    const plus = await world.person('Plus')
    const agreed = await world.person('Agreed')
    await set(plus, 'users', { plan: 'plus' })
    await set(agreed, 'users', { limits: JSON.stringify({ voicemailRetentionDays: 3 }) })
    for (const person of [ana, plus, agreed]) await dials(world, world.freshNumber(), person, speak(4), 45)
    await dials(world, world.freshNumber(), ana, speak(6))
    const [newer, older] = await inboxOf(ana)
    const { sql } = world.running.database
    await sql('messages').where({ id: newer.id }).update({ kind: 'text', body: 'Kept' })
    const counts = async () => Promise.all([ana, plus, agreed].map(async (person) => (await inboxOf(person)).length))

    await clean()
    expect(await counts()).to.deep.equal([2, 1, 1])
    await world.moveClock(3 * DAY)
    await clean()
    expect(await counts()).to.deep.equal([2, 1, 0])
    await world.moveClock(26 * DAY)
    await clean()
    expect(await counts()).to.deep.equal([2, 1, 0])

    const socket = await ana.socket({ topics: ['inbox'] })
    await world.moveClock(DAY + 60)
    await clean()
    expect(await counts()).to.deep.equal([1, 1, 0])
    const told = await socket.until('event', ({ event }) => event === 'inbox.message_deleted')
    expect(told.data.id).to.equal(older.id)
    const count = await socket.until('event', ({ event }) => event === 'inbox.unread_count')
    expect(count.data).to.deep.include({ by_kind: { text: 1, voicemail: 0 } })
    expect(await filesOf(agreed)).to.deep.equal([])
    await world.moveClock(DAY + 60)
    await clean()
    expect(await bytesOf(ana)).to.deep.include(null)
    expect((await inboxOf(ana))[0].body).to.equal('Kept')
  })

  it('is removed in chunks, each message once, when two do it at once', async () => {
    await dials(world, world.freshNumber(), ana, speak(4))
    const { sql } = world.running.database
    await sql.raw(
      `insert into messages (id, owner_id, number, kind, via, created_at)
         select gen_random_uuid(), ?, n + 10, 'voicemail', 'voice', now() - interval '400 days'
           from generate_series(1, 250) n`,
      [ana.user.id],
    )
    await clean()
    // The one that came by phone is of today.
    expect(await inboxOf(ana)).to.have.lengthOf(1)
    const told: Json[] = await sql('events')
      .whereRaw("name = 'inbox.message_changed' and data->>'owner_id' = ? and data->>'change' = 'deleted'", [
        ana.user.id,
      ])
      .select('id')
    expect(told).to.have.lengthOf(250)
  })
})
