import { z } from 'zod'
import { defineSurface, type Scheme } from '#kit/endpoint'
import { defineFault, type Fault, Unauthorized } from '#kit/fault'
import { USUAL_STATUS } from '#kit/status'

/** Whoever shows a name is that person; people whose name begins with `closed` stand before a gate. */
export interface Someone {
  readonly id: string
}

export const GateClosed = defineFault('gate_closed', 'forbidden', 'Not through this gate.')

const named: Scheme<Someone> = {
  security: { type: 'http', scheme: 'bearer' },
  faults: [Unauthorized],
  authenticate: async (_view, { authorization }) => {
    if (authorization === null) throw Unauthorized()
    return { id: authorization.replace('Bearer ', '') }
  },
  viewerId: ({ id }) => id,
}

export const ErrorSchema = z
  .object({ error: z.string(), fields: z.record(z.string(), z.string()) })
  .meta({ id: 'Oops' })

/** A surface as small as can be, with one of everything. */
export const small = defineSurface({
  name: 'small',
  title: 'Small',
  version: '1.2.3',
  description: 'For tests.',
  license: { name: 'None', identifier: 'LicenseRef-None' },
  contact: { name: 'Nobody' },
  tags: { Things: 'What there is.' },
  mounts: ['/small', '/s'],
  schemes: { named },
  gates: { open: { fault: GateClosed, isOpen: (someone: Someone) => !someone.id.startsWith('closed') } },
  limits: {
    plenty: [{ points: 1000, perSeconds: 60, by: 'ip' }],
    perIp: [{ points: 2, perSeconds: 60, by: 'ip' }],
    perViewer: [{ points: 2, perSeconds: 60, by: 'viewer' }],
    perWord: [{ points: 1, perSeconds: 60, by: ({ body }) => (body as { word: string }).word }],
    each: [
      { points: 100, perSeconds: 60, by: 'ip' },
      { points: 1, perSeconds: 60, by: 'viewer' },
    ],
  },
  bodyLimit: 1024,
  error: ErrorSchema,
  renderFault: (fault: Fault) => ({
    status: USUAL_STATUS[fault.type.kind],
    headers: fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) },
    body: { error: fault.type.code, fields: fault.fields },
  }),
})
