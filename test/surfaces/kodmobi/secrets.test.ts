import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openDatabase } from '#test/kit-place'
import { askAt, freshPhone, Project } from '#test/kodmobi'
import { ServerProcess } from '#test/server-process'
import { settings, World } from '#test/world'

describe('The log of a server that speaks kod.mobi', function () {
  this.timeout(60_000)

  it('holds no code, no key, no token and no whole phone, however much it tells', async () => {
    const born = await World.start()
    const project = await Project.begin(born)
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-log-'))
    const lines: string[] = []
    await born.settle()
    await born.running.lifecycle.stop()
    const told = { ...settings(born.databaseUrl, directory, born.carrier.url), LOG_LEVEL: 'trace' }
    const server = await new ServerProcess({ ...told, SESSION_SECRETS: 'x'.repeat(32) }, (line) =>
      lines.push(line),
    ).start()
    try {
      const phone = freshPhone()
      const ask = (path: string, asked: object, key = project.publicKey, method = 'GET') =>
        askAt({ url: server.url } as World, path, { asked, key, method })
      const made = await ask('/api/v2/message/create', { phone, type: 'sms', code: '480913' })
      const { session_id } = made.body.data
      await ask('/api/v2/message/check', { session_id, code: '731155' })
      await ask('/api/v2/message/check', { session_id, code: '480913', unknown: 'x' })
      const again = await ask(
        '/v2/create',
        { to: phone, type: 'sms', is_test: true, code: '662277' },
        project.publicKey,
        'POST',
      )
      const checked = await ask(
        '/session/check',
        { session_id: again.body.session_id, code: '662277' },
        project.publicKey,
        'POST',
      )
      await ask('/verify', { verify_token: checked.body.verify_token ?? 'x' }, project.secretKey, 'POST')
      await ask('/verify', { verify_token: 'x' }, `${project.secretKey}x`, 'POST')
      await ask('/api/v2/message/create', { phone: 'x'.repeat(100), code: '918273' })
      const database = openDatabase(born.databaseUrl)
      await database.sql.raw('alter table code_sends rename to elsewhere')
      await database.close()
      const broken = await ask('/api/v2/message/create', { phone: freshPhone(), type: 'sms', code: '550011' })
      expect([broken.status, broken.body.sys_message]).to.deep.equal([500, 'ERROR_SERVER'])
      const log = lines.join('\n')
      expect(log).to.include('request failed').and.include('/message/create')
      expect(JSON.stringify(broken.body)).not.to.include('code_sends')
      for (const secret of [
        '480913',
        '731155',
        '662277',
        '918273',
        '550011',
        project.secretKey,
        project.publicKey,
        phone,
      ]) {
        expect(log).not.to.include(secret)
      }
      if (checked.body.verify_token) expect(log).not.to.include(checked.body.verify_token)
    } finally {
      await server.kill()
      await born.end()
      await rm(directory, { recursive: true, force: true })
    }
  })
})
