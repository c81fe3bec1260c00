import { expect } from 'chai'
import { z } from 'zod'
import { Bytes, defineSurface } from '#kit/endpoint'
import { defineEvent } from '#kit/event'
import { NotFound } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { GateClosed, small } from '#test/kit-surface'

const unlimited = { tag: 'Things', summary: 'A thing', status: 200 } as const
const common = { ...unlimited, limit: 'plenty' } as const
const Reply = z.object({ id: z.string() })
const Happened = defineEvent('thing.happened', z.object({ id: z.string() }))

describe('An endpoint', () => {
  it('is filled up where its declaration is silent', () => {
    const endpoint = small.endpoint({
      ...common,
      method: 'POST',
      path: '/things',
      auth: 'named',
      async handle() {},
    })
    expect(endpoint).to.include({
      mode: 'write',
      snapshot: false,
      idempotent: false,
      extension: false,
      reply: undefined,
    })
    expect(endpoint.gates).to.deep.equal([])
    expect(endpoint.faults).to.deep.equal([])
    expect(endpoint.aliases).to.deep.equal([])
  })

  it('reads when it answers GET and writes otherwise, unless it says how', () => {
    const read = small.endpoint({ ...common, method: 'GET', path: '/a', auth: 'none', async handle() {} })
    const search = small.endpoint({
      ...common,
      method: 'POST',
      path: '/a',
      auth: 'none',
      mode: 'read',
      async handle() {},
    })
    const manual = small.endpoint({
      ...common,
      method: 'PUT',
      path: '/a',
      auth: 'none',
      mode: 'manual',
      async handle() {},
    })
    expect([read.mode, search.mode, manual.mode]).to.deep.equal(['read', 'read', 'manual'])
  })

  it('gives its handler what it declares, typed', async () => {
    const endpoint = small.endpoint({
      ...common,
      method: 'PATCH',
      path: '/things/{thing}',
      auth: 'named',
      gates: ['open'],
      params: z.object({ thing: z.string() }),
      query: z.object({ loud: z.stringbool() }),
      body: z.object({ size: z.number().default(1) }),
      reply: Reply,
      faults: [NotFound],
      async handle({ unit, viewer, params, query, body }) {
        const said: [string, string, boolean, number] = [viewer.id, params.thing, query.loud, body.size]
        unit.emit(Happened, { id: said[0] }, [])
        return { id: said.join(' ') }
      },
    })
    const emitted: unknown[] = []
    const asked = { viewer: { id: 'Ana' }, params: { thing: 't' }, query: { loud: true }, body: { size: 3 } }
    const unit = { emit: (_type: unknown, data: unknown) => emitted.push(data) }
    expect(await endpoint.handle({ ...asked, unit })).to.deep.equal({ id: 'Ana t true 3' })
    expect(emitted).to.deep.equal([{ id: 'Ana' }])
  })
})

/**
 * Each of these is a mistake that the compiler must see: `tsc` fails on a suppression that suppresses nothing. They
 * are never called; that the file is compiled is part of `npm run check`.
 */
const mistakes: readonly ((unit: Unit) => unknown)[] = [
  // @ts-expect-error An endpoint without a limit.
  () => small.endpoint({ ...unlimited, method: 'GET', path: '/', auth: 'none', async handle() {} }),

  // @ts-expect-error A limit that the surface does not have.
  () => small.endpoint({ ...common, limit: 'nonesuch', method: 'GET', path: '/', auth: 'none', async handle() {} }),

  // @ts-expect-error A gate that the surface does not have.
  () => small.endpoint({ ...common, gates: ['shut'], method: 'GET', path: '/', auth: 'named', async handle() {} }),

  // @ts-expect-error A gate without anybody to stand before it.
  () => small.endpoint({ ...common, gates: ['open'], method: 'GET', path: '/', auth: 'none', async handle() {} }),

  // @ts-expect-error A scheme that the surface does not have.
  () => small.endpoint({ ...common, method: 'GET', path: '/', auth: 'cookie', async handle() {} }),

  // @ts-expect-error A method that endpoints do not answer.
  () => small.endpoint({ ...common, method: 'TRACE', path: '/', auth: 'none', async handle() {} }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      reply: Reply,
      // @ts-expect-error A viewer where nobody is asked who they are.
      handle: async ({ viewer }) => ({ id: viewer.id }),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      // @ts-expect-error A write in a read.
      handle: async ({ unit }) => unit.emit(Happened, { id: '1' }, []),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      // @ts-expect-error An event emitted by a view.
      handle: async ({ view }) => view.emit(Happened, { id: '1' }, []),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'POST',
      path: '/',
      auth: 'none',
      // @ts-expect-error A view in a write: it would read beside the transaction.
      handle: async ({ view }) => void view.now,
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'POST',
      path: '/',
      auth: 'none',
      mode: 'manual',
      // @ts-expect-error A unit in an endpoint that opens its own.
      handle: async ({ unit }) => void unit.now,
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      reply: Reply,
      // @ts-expect-error A reply of the wrong shape.
      handle: async () => ({ id: 7 }),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      reply: Reply,
      // @ts-expect-error No reply where one is declared.
      handle: async () => {},
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      // @ts-expect-error A reply where none is declared.
      handle: async () => ({ id: '7' }),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'GET',
      path: '/',
      auth: 'none',
      reply: Bytes,
      // @ts-expect-error JSON where bytes are declared.
      handle: async () => ({ id: '7' }),
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'POST',
      path: '/',
      auth: 'none',
      // @ts-expect-error A body that is not declared.
      handle: async ({ body }) => void body.word,
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'POST',
      path: '/',
      auth: 'none',
      // @ts-expect-error A file that is not declared.
      handle: async ({ files }) => void files.photo,
    }),

  () =>
    small.endpoint({
      ...common,
      method: 'POST',
      path: '/',
      auth: 'none',
      uploads: { photo: { maxBytes: 1 } },
      // @ts-expect-error The bytes of a file that may not be there.
      handle: async ({ files }) => void files.photo.bytes,
    }),

  // @ts-expect-error A key against repetition where nothing is written.
  () => small.endpoint({ ...common, idempotent: true, method: 'GET', path: '/', auth: 'none', async handle() {} }),

  // @ts-expect-error One moment of the database for something that writes.
  () => small.endpoint({ ...common, snapshot: true, method: 'POST', path: '/', auth: 'none', async handle() {} }),

  // @ts-expect-error An event without what it tells.
  (unit: Unit) => unit.emit(Happened, {}, []),

  () =>
    defineSurface({
      ...small,
      // @ts-expect-error A budget counted by something that is no key.
      limits: { odd: [{ points: 1, perSeconds: 1, by: 'moon' }] },
      gates: { open: { fault: GateClosed, isOpen: () => true } },
    }),
]

describe('The compiler', () => {
  it('refuses every mistake above', () => expect(mistakes).to.have.length.above(15))
})
