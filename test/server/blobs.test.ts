import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { diskBlobs, postgresBlobs } from '#gateways/blobs'
import { World } from '#test/world'

const SOUND = Buffer.from('0123456789')

describe('What people have said', () => {
  let world: World
  let directory: string

  before(async () => {
    world = await World.start()
    directory = await mkdtemp(join(tmpdir(), 'kadoink-blobs-'))
  })
  after(async () => {
    await rm(directory, { recursive: true, force: true })
    await world.end()
  })

  for (const place of ['on disk', 'in the database'] as const) {
    it(`is kept ${place}, whole and in parts, until it is removed`, async () => {
      const blobs = place === 'on disk' ? diskBlobs(directory) : postgresBlobs(world.running.database)
      await blobs.put('voicemail/RE1', Buffer.from('an earlier fetch'))
      await blobs.put('voicemail/RE1', SOUND)
      expect(await blobs.read('voicemail/RE1')).to.deep.equal(SOUND)
      expect(String(await blobs.read('voicemail/RE1', { start: 2, end: 4 }))).to.equal('234')
      expect(String(await blobs.read('voicemail/RE1', { start: 8, end: 9 }))).to.equal('89')

      await blobs.remove('voicemail/RE1')
      await blobs.remove('voicemail/RE1')
      expect(await blobs.read('voicemail/RE1')).to.equal(null)
    })
  }
})
