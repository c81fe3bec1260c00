import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { purgeFiles } from '#domain/voicemail'
import { objectBlobs } from '#gateways/blobs'
import { formOf } from '#test/forms'
import { readableLog } from '#test/kit-place'
import { type Mischief, ObjectStore } from '#test/object-store'
import type { Json, Person } from '#test/people'
import { photo } from '#test/pictures'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { World } from '#test/world'

const HOUR = 3600

describe('A server that is killed while somebody uploads', () => {
  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let store: ObjectStore
  let ana: Person

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-upload-killed-'))
    store = await ObjectStore.open()
    born = await World.start({ DATA_DIR: dataDir })
    const alive = await born.person('Ana')
    mortal = await handOver(born, dataDir, store.environment)
    ana = mortal.person(alive)
  })
  after(async () => {
    await mortal.end()
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const files = (): Promise<Json[]> => mortal.database.sql('files').where({ owner_id: ana.user.id })
  const purge = async () => {
    const { bucket, endpoint, region, accessKeyId, secretAccessKey } = store
    const blobs = await objectBlobs({
      ...{ bucket, endpoint, region, accessKeyId, secretAccessKey },
      log: readableLog().log,
    })
    await purgeFiles(mortal.database, blobs)
    blobs.close()
  }
  const kill = async (mischief: Mischief, reached: () => boolean | Promise<boolean>) => {
    store.mischief.push(mischief)
    const lost = ana.send('/me/avatar', formOf({ file: await photo() })).catch(() => 'no answer')
    await until(reached)
    await mortal.server.kill()
    expect(await lost).to.equal('no answer')
    store.mischief.length = 0
    await mortal.server.start()
  }

  it('before the bytes are kept, and after that before anything uses them, leaves nothing for long', async function () {
    this.timeout(90_000)
    await kill('hang', async () => (await files()).length === 1 && store.mischief.length === 0)
    expect(store.objects.size).to.equal(0)
    await kill('mute', () => store.objects.size === 1)
    expect((await ana.get('/me')).body.avatar_url).to.equal(null)
    expect(await files()).to.have.length(2)

    const again = await ana.send('/me/avatar', formOf({ file: await photo() }))
    expect(again.status).to.equal(200)
    await purge()
    expect(await files()).to.have.length(3)
    mortal.clock.advance(HOUR + 60)
    await purge()
    expect((await files()).map(({ id }) => id)).to.deep.equal([again.body.file.file_id])
    expect(store.objects.size).to.equal(1)
    expect((await fetch(again.body.avatar_url)).status).to.equal(200)
  })
})
