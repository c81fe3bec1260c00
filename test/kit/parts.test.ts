import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { z } from 'zod'
import { parseJson, readBytes, readJson } from '#kit/body'
import { MovableClock, secondsAfter, systemClock } from '#kit/clock'
import { IdSchema, newId } from '#kit/id'
import { Lifecycle, withDeadline } from '#kit/lifecycle'
import { createLog, maskPhone, scrub } from '#kit/log'
import { CursorQuery, OffsetQuery, pageRequest, toPage } from '#kit/page'
import { Signal } from '#kit/signal'
import { readableLog } from '#test/kit-place'

describe('A body', () => {
  const JSON_TYPE = { 'content-type': 'application/json' }
  /** A request as Node hands it on. */
  function request(body: string | Buffer, headers: Record<string, string>): IncomingMessage {
    const bytes = Buffer.from(body)
    const stream = Readable.from(bytes.length > 0 ? [bytes] : []) as unknown as IncomingMessage
    return Object.assign(stream, { headers: { 'content-length': String(bytes.length), ...headers } })
  }
  const codeOf = (work: Promise<unknown>) => work.then(String, (error) => error.type?.code ?? error)
  const read = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
    readJson(request(body, headers), 100)

  it('is JSON, whatever suffix and character set its type has; without one it is an empty object', async () => {
    expect(await read('{"a":1}')).to.deep.equal({ a: 1 })
    expect(await read('[]', { 'content-type': 'Application/JSON; charset=utf-8' })).to.deep.equal([])
    expect(await read('1', { 'content-type': 'application/problem+json' })).to.equal(1)
    expect(await read('', {})).to.deep.equal({})
  })

  it('is refused when it is anything else', async () => {
    expect(await codeOf(read('{'))).to.equal('invalid_json')
    expect(await codeOf(read(Buffer.of(0xc3, 0x28)))).to.equal('invalid_json')
    expect(await codeOf(read('{}', { 'content-type': 'text/json' }))).to.equal('unsupported_media_type')
    expect(await codeOf(read('{}', { ...JSON_TYPE, 'content-encoding': 'br' }))).to.equal('unsupported_media_type')
    expect(await codeOf(read(`"${'x'.repeat(100)}"`))).to.equal('payload_too_large')
    expect(await codeOf(read('{}', { ...JSON_TYPE, 'content-length': '7' }))).to.equal('bad_request')
  })

  it('is refused when it grows beyond its limit without saying how long it is', async () => {
    const endless = Object.assign(Readable.from(['x'.repeat(60), 'y'.repeat(60)]), { headers: {} })
    expect(await codeOf(readBytes(endless as unknown as IncomingMessage, 100))).to.equal('payload_too_large')
  })

  it('holds only what can be stored', () => {
    expect(parseJson('{"a":"\\ud800x"}')).to.deep.equal({ a: '\ufffdx' })
    expect(parseJson('{"a":"\\ud83d\\ude00"}')).to.deep.equal({ a: '😀' })
    expect(() => parseJson('{"a":"\\u0000"}'))
      .to.throw()
      .with.nested.property('fields.a')
    expect(Object.getPrototypeOf(parseJson('{"__proto__":{"admin":true}}'))).to.equal(Object.prototype)
    expect(new IncomingMessage(new Socket())).to.not.have.property('admin')
  })
})

describe('A page', () => {
  const id = newId()

  it('has twenty entries from the start unless it is told otherwise', () => {
    expect(pageRequest(OffsetQuery.parse({}))).to.deep.equal({ limit: 20, offset: 0, beforeId: null })
    expect(pageRequest(CursorQuery.parse({}))).to.deep.equal({ limit: 20, offset: 0, beforeId: null })
    const asked = CursorQuery.parse({ limit: '100', before_id: id.toUpperCase() })
    expect(pageRequest(asked)).to.deep.equal({ limit: 100, offset: 0, beforeId: id })
  })

  it('is refused when its numbers make no sense', () => {
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '1e1', '']) {
      expect(OffsetQuery.safeParse({ limit }).success, limit).to.equal(false)
    }
    expect(CursorQuery.safeParse({ offset: '0', before_id: id }).success).to.equal(false)
    expect(CursorQuery.safeParse({ before_id: '7' }).success).to.equal(false)
    expect(OffsetQuery.safeParse({ before_id: id }).success).to.equal(false)
    expect(OffsetQuery.safeParse({ offset: '9999999999' }).success).to.equal(false)
  })

  it('knows from one row too many that there is more', () => {
    const request = { limit: 2, offset: 0, beforeId: null }
    expect(toPage([1, 2, 3], request, String)).to.deep.equal({ items: ['1', '2'], hasMore: true })
    expect(toPage([1, 2], request, String)).to.deep.equal({ items: ['1', '2'], hasMore: false })
  })
})

describe('A log line', () => {
  it('holds no token and no whole phone number', () => {
    expect(scrub('{"err":"no kdk_abcDEF123 for +15551234567, or +491711234567."}')).to.equal(
      '{"err":"no kdk_… for +1555***4567, or +4917***4567."}',
    )
    expect(scrub('at 12+345678 and 2026-11-22')).to.equal('at 12+345678 and 2026-11-22')
    expect([maskPhone('+15551234567'), maskPhone('+123456')]).to.deep.equal(['+1555***4567', '+1***'])
  })
})

describe('The log', () => {
  it('takes secrets out by their name and by their look, and makes no second line of what it is told', () => {
    const lines: string[] = []
    const log = createLog('info', { write: (line) => void lines.push(line) })
    const secrets = { password: 'hunter2', user: { code: '123456' }, asked: { of: { authorization: 'Bearer abc' } } }
    log.info(
      { ...secrets, err: new Error('401 for kdk_abc from +15551234567'), note: 'a\r\n{"level":"fatal"}' },
      'so\nso',
    )
    log.debug('not heard')
    expect(lines).to.have.length(1)
    expect(lines[0]?.trimEnd()).to.not.match(/[\r\n]/)
    expect(lines[0]).to.not.match(/hunter2|123456|Bearer|kdk_abc|15551234567/)
    const { level, note, msg, err } = JSON.parse(lines[0] ?? '')
    expect([level, note, msg]).to.deep.equal(['info', 'a\r\n{"level":"fatal"}', 'so\nso'])
    expect(err.message).to.equal('401 for kdk_… from +1555***4567')
  })
})

describe('An id', () => {
  it('is a UUIDv7: later ones sort behind earlier ones', () => {
    const ids = Array.from({ length: 1000 }, newId)
    expect([...ids].sort()).to.deep.equal(ids)
    expect(ids[0]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  it('is read in any case, and nothing like it', () => {
    const id = newId()
    expect(IdSchema.parse(id.toUpperCase())).to.equal(id)
    for (const odd of ['', '1', `${id} `, id.replaceAll('-', ''), `{${id}}`]) {
      expect(IdSchema.safeParse(odd).success, odd).to.equal(false)
    }
    expect(z.object({ id: IdSchema }).safeParse({ id: 7 }).success).to.equal(false)
  })
})

describe('A clock', () => {
  it('is the machine’s, or one that tests move', () => {
    const clock = new MovableClock()
    expect(clock.now().getTime() - systemClock.now().getTime()).to.be.within(-5, 5)
    clock.advance(60)
    clock.advance(60)
    expect(clock.now().getTime() - systemClock.now().getTime()).to.be.within(119_990, 120_010)
    expect(secondsAfter(new Date(0), 1.5)).to.deep.equal(new Date(1500))
  })

  it('is slept by: until a moment, until somebody wakes the sleeper, or until the clock is moved', async () => {
    const clock = new MovableClock()
    const inHalfAMinute = () => secondsAfter(clock.now(), 30)
    for (const one of [clock, systemClock]) {
      const began = one.now().getTime()
      await one.sleepUntil(new Date(began - 1000))
      await one.sleepUntil(new Date(began + 20))
      expect(one.now().getTime() - began).to.be.within(15, 5000)
      const woken = new Signal()
      const sleeping = one.sleepUntil(inHalfAMinute(), woken)
      woken.fire()
      await sleeping
    }
    const moment = inHalfAMinute()
    const sleeping = clock.sleepUntil(moment)
    clock.advance(30)
    await sleeping
    expect(clock.now().getTime()).to.be.at.least(moment.getTime())
    // Further ahead than a timer can count.
    const woken = new Signal()
    const forLong = systemClock.sleepUntil(secondsAfter(clock.now(), 10 ** 8), woken)
    const soon = new Promise((resolve) => setTimeout(resolve, 20))
    expect(await Promise.race([forLong.then(() => 'woken'), soon.then(() => 'asleep')])).to.equal('asleep')
    woken.fire()
    await forLong
  })
})

describe('A signal', () => {
  it('wakes all who wait, once, and nobody who comes later', async () => {
    const signal = new Signal()
    const woken: string[] = []
    const waiting = ['a', 'b'].map((name) => signal.wait(60_000).then(() => woken.push(name)))
    signal.fire()
    await Promise.all(waiting)
    expect(woken).to.deep.equal(['a', 'b'])

    const late = signal.wait(60_000).then(() => woken.push('late'))
    await Promise.resolve()
    expect(woken).to.not.include('late')
    signal.fire()
    await late
  })

  it('lets nobody wait longer than they want to', () => new Signal().wait(5))
})

describe('A process that stops', () => {
  it('stops its parts in reverse, though one fails, one throws and one hangs, and once however often it is told', async () => {
    const { log, lines } = readableLog()
    const lifecycle = new Lifecycle(log, 30)
    const stopped: string[] = []
    lifecycle.add('database', async () => void stopped.push('database'))
    lifecycle.add('failing', () => Promise.reject(new Error('It fails.')))
    lifecycle.add('throwing', () => {
      throw new Error('It throws.')
    })
    lifecycle.add('hanging', () => new Promise(() => {}))
    lifecycle.add('http', async () => void stopped.push('http'))
    expect(lifecycle.isStopping).to.equal(false)
    const stops = [lifecycle.stop(), lifecycle.stop()]
    expect(lifecycle.isStopping).to.equal(true)
    await Promise.all([...stops, lifecycle.stop()])
    expect(stopped).to.deep.equal(['http', 'database'])
    const complaints = lines.filter(({ level }) => level === 50).map(({ part }) => part)
    expect(complaints).to.deep.equal(['hanging', 'throwing', 'failing'])
  })

  it('waits for work only so long', async () => {
    expect(await withDeadline(Promise.resolve('done'), 1000)).to.equal('done')
    const late = await withDeadline(new Promise<Error>(() => {}), 5).catch((error: Error) => error)
    expect(late.message).to.equal('Not finished after 5 ms.')
  })
})
