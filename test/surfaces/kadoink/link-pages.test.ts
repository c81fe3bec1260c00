import { expect } from 'chai'
import { mailPerson } from '#test/kadoink-accounts'
import { refusal } from '#test/kadoink-refusals'
import type { Answer, Person } from '#test/people'
import { PASSWORD, World } from '#test/world'

const NEW_PASSWORD = 'a better horse battery'

describe('The pages that mailed links lead to', () => {
  let world: World
  let eve: Person & { readonly email: string }

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    eve = await mailPerson(world)
  })

  /** The newest link that was mailed. */
  const linkFor = async (way: 'forgot' | 'magic-link'): Promise<URL> => {
    await world.visitor().post(`/auth/${way}`, { identifier: eve.email })
    const [letter] = await world.mail(eve.email)
    return new URL(/https?:\/\/\S+/.exec(letter?.text ?? '')?.[0] ?? '')
  }
  const opened = async (
    url: URL,
    init: RequestInit = {},
  ): Promise<{ status: number; text: string; headers: Headers }> => {
    const answer = await fetch(url, { redirect: 'manual', ...init })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
  const send = (url: URL, form: Record<string, string>) =>
    opened(url, { method: 'POST', body: new URLSearchParams(form) })
  const login = (password: string): Promise<Answer> =>
    world.visitor().post('/auth/login', { username: eve.username, password })
  const consume = (url: URL): Promise<Answer> =>
    world.visitor().post('/auth/magic-link/consume', { token: url.searchParams.get('token') })

  describe('to set a new password', () => {
    it('is a form without scripts, which sets it, ends every session, and works once', async () => {
      const url = await linkFor('forgot')
      expect(url.href).to.match(new RegExp(`^${world.url}/reset\\?token=\\w+$`))
      const { status, text, headers } = await opened(url)
      expect(status).to.equal(200)
      expect(text).to.include('<form method="post">').and.to.include(`<strong>${eve.username}</strong>`)
      expect(text).not.to.include('<script')
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(headers.get('referrer-policy'), 'the token goes nowhere from here').to.equal('no-referrer')

      const socket = await eve.socket({ topics: ['account'] })
      const set = await send(url, { password: NEW_PASSWORD })
      expect(set.status).to.equal(200)
      expect(set.text).to.include('Your password is set')
      expect((await socket.ended).code).to.equal(4401)
      expect(refusal(await eve.get('/me'))).to.equal('401 unauthorized')
      expect(refusal(await login(PASSWORD))).to.equal('401 invalid_credentials')
      await world.moveClock(31)
      expect((await login(NEW_PASSWORD)).status).to.equal(200)

      for (const again of [await opened(url), await send(url, { password: 'yet another horse' })]) {
        expect(again.status).to.be.oneOf([410, 422])
        expect(again.text).to.include('does not work any more').and.to.include('Forgot password')
      }
      await world.moveClock(31)
      expect((await login(NEW_PASSWORD)).status).to.equal(200)
    })

    it('says what is wrong with a password and keeps the link good', async () => {
      const url = await linkFor('forgot')
      for (const [password, words] of [
        ['short', 'Use at least 10 characters'],
        ['1234567890', 'one of the first passwords'],
        [eve.username, 'Use at least|first passwords|your own names'],
      ]) {
        const { status, text } = await send(url, { password: password ?? '' })
        expect(status, password).to.equal(422)
        expect(text).to.match(new RegExp(`role="alert"[^>]*>[^<]*(${words})`))
        expect(text).not.to.include(`value="${password}"`.replace(eve.username, 'never'))
      }
      expect((await send(url, {})).text).to.include('role="alert"')
      expect((await send(url, { password: NEW_PASSWORD })).status).to.equal(200)
    })

    it('is kind about links that have expired, were replaced, or are none', async () => {
      const first = await linkFor('forgot')
      await world.moveClock(31)
      const second = await linkFor('forgot')
      expect((await opened(first)).text).to.include('does not work any more')
      await world.moveClock(1801)
      const late = await opened(second)
      expect([late.status, late.text.includes('This link has expired')]).to.deep.equal([410, true])
      expect((await send(second, { password: NEW_PASSWORD })).text).to.include('This link has expired')
      expect((await login(PASSWORD)).status, 'nothing was set').to.equal(200)
      for (const token of ['', '?token=', '?token=%3Cb%3E', '?token=x&token=y']) {
        const { status, text } = await opened(new URL(`${world.url}/reset${token}`))
        expect(status, token).to.be.oneOf([404, 410])
        expect(text).not.to.include('<b>')
      }
      await world.moveClock(31)
      const magic = await linkFor('magic-link')
      expect((await opened(new URL(magic.href.replace('/magic', '/reset')))).status).to.equal(410)
    })

    it('sets one password of two that are sent at once', async () => {
      const url = await linkFor('forgot')
      const answers = await Promise.all(
        ['one horse battery', 'two horse battery'].map((password) => send(url, { password })),
      )
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 422])
    })
  })

  describe('to sign in', () => {
    it('uses nothing up, however often it is opened: it hands over to the app, which does', async () => {
      const url = await linkFor('magic-link')
      const token = url.searchParams.get('token') ?? ''
      expect(url.href).to.equal(`${world.url}/magic?token=${token}`)
      for (const method of ['GET', 'HEAD', 'GET', 'GET']) expect((await opened(url, { method })).status).to.equal(200)
      const { text } = await opened(url)
      expect(text).to.include(`href="kadoink://magic?token=${token}"`).and.to.include(`<code>${token}</code>`)
      expect(text).to.include(eve.username).and.not.to.include('<script')
      expect((await opened(url, { method: 'POST' })).status).to.equal(405)

      expect((await consume(url)).status).to.equal(200)
      const used = await opened(url)
      expect([used.status, used.text.includes('does not work any more')]).to.deep.equal([410, true])
    })

    it('is kind about links that have expired', async () => {
      const url = await linkFor('magic-link')
      await world.moveClock(901)
      const { status, text } = await opened(url)
      expect(status).to.equal(410)
      expect(text).to.include('This link has expired').and.not.to.include('kadoink://')
    })
  })
})
