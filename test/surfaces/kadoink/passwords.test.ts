import { expect } from 'chai'
import { freshEmail, freshUsername, mailPerson } from '#test/kadoink-accounts'
import { complaints } from '#test/kadoink-refusals'
import type { Answer, Json } from '#test/people'
import { PASSWORD, World } from '#test/world'

/** Ten characters and more that are among the first thousand to be guessed. */
const GUESSED_FIRST = ['1234567890', 'aaaaaaaaaaaa', 'qwertyuiop', 'abcdefghij']
const SHORT_AND_WEAK = ['password', 'summer24', 'Tr0ub4d0', 'anna1990']
const SHORT_AND_STRONG = ['xK9#mQ2zw', 'v7!Rw0pqZ']
const LONG = ['password1234 is mine', 'correct horse battery', 'test-password-123']

describe('A password that is chosen', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const register = (password: string, more: Json = {}): Promise<Answer> =>
    world.visitor().post('/auth/register', { username: freshUsername(), email: freshEmail(), password, ...more })

  it('of ten characters or more is taken unless it is guessed at once', async () => {
    for (const password of LONG) expect((await register(password)).status, password).to.equal(202)
    for (const password of GUESSED_FIRST) {
      expect(complaints(await register(password)), password).to.have.all.keys('password')
    }
  })

  it('of eight or nine characters is taken when it is strong', async () => {
    for (const password of SHORT_AND_STRONG) expect((await register(password)).status, password).to.equal(202)
    for (const password of SHORT_AND_WEAK) {
      expect(complaints(await register(password)), password).to.have.all.keys('password')
    }
    expect(complaints(await register('xK9#mQ2'))).to.have.all.keys('password')
  })

  it('is not what everybody knows of whoever chooses it', async () => {
    const about = { username: 'melusine_77', name: 'Melusine Raymondin', email: 'the.fairy.lady@example.com' }
    for (const password of ['melusine_77', 'Raymondin1', 'MELUSINE_77', 'the.fairy.lady']) {
      expect(complaints(await register(password, about)), password).to.have.all.keys('password')
    }
    expect((await register('the fairy lady bathes', about)).status).to.equal(202)
  })

  it('is held against the same rules wherever it is chosen', async () => {
    const eve = await mailPerson(world)
    const change = (new_password: string) => eve.post('/me/password', { current_password: PASSWORD, new_password })
    expect(complaints(await change('1234567890'))).to.have.all.keys('new_password')
    expect(complaints(await change(eve.email))).to.have.all.keys('new_password')

    await world.visitor().post('/auth/forgot', { identifier: eve.email })
    const [letter] = await world.mail(eve.email)
    const token = /token=(\w+)/.exec(letter?.text ?? '')?.[1] ?? ''
    const reset = (password: string) => world.visitor().post('/auth/reset', { token, password })
    expect(complaints(await reset('qwertyuiop'))).to.have.all.keys('password')
    expect(complaints(await reset(eve.email)), 'the link knows whose it is').to.have.all.keys('password')
    expect((await reset('xK9#mQ2zw')).status, 'and is still good').to.equal(200)
  })

  it('is rated in a time that its length does not decide', async () => {
    await register(PASSWORD)
    const startedAt = performance.now()
    const worst = '4@8({[</369&#!1|0$5+7%2/'.repeat(9).slice(0, 200)
    expect((await register(worst)).status).to.equal(202)
    expect(performance.now() - startedAt).to.be.below(1000)
  })
})
