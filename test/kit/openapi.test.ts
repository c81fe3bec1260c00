import { expect } from 'chai'
import { z } from 'zod'
import { Bytes } from '#kit/endpoint'
import { defineFault } from '#kit/fault'
import { openApi } from '#kit/openapi'
import { small } from '#test/kit-surface'

const Part = z.object({ size: z.number() }).meta({ id: 'Part' })
const Thing = z.object({ id: z.uuid(), parts: z.array(Part), next: Part.nullable() }).meta({ id: 'Thing' })
const TooSmall = defineFault('too_small', 'conflict', 'Too small.')
const common = { tag: 'Things', status: 200, limit: 'each' } as const

const endpoints = [
  small.endpoint({
    ...common,
    method: 'PUT',
    path: '/things/{thing_id}/parts',
    aliases: ['POST', '/old-things'],
    summary: 'Replace parts',
    notes: 'All of them.',
    auth: 'named',
    gates: ['open'],
    again: 208,
    params: z.object({ thing_id: z.uuid() }),
    query: z.object({ loud: z.string().optional(), limit: z.string(), gone: z.undefined().optional() }),
    body: z.object({ parts: z.array(Part), note: z.string().default('') }),
    reply: Thing,
    faults: [TooSmall],
    idempotent: true,
    handle: async () => ({ id: '', parts: [], next: null }),
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/sound',
    summary: 'Listen',
    extension: true,
    auth: 'none',
    reply: Bytes,
    handle: async () => ({ status: 200, headers: {}, body: Buffer.of() }),
  }),
]

describe('The OpenAPI document', () => {
  // biome-ignore lint/suspicious/noExplicitAny: it is read as a tool would read it.
  const document: any = JSON.parse(JSON.stringify(openApi({ surface: small, endpoints })))
  const put = document.paths['/things/{thing_id}/parts'].put
  const get = document.paths['/sound'].get

  it('says what it is, and where', () => {
    expect(document.openapi).to.equal('3.1.0')
    expect(document.info).to.deep.equal({
      title: 'Small',
      version: '1.2.3',
      description: 'For tests.',
      contact: { name: 'Nobody' },
      license: { name: 'None', identifier: 'LicenseRef-None' },
    })
    expect(document.servers).to.deep.equal([{ url: '/small' }, { url: '/s' }])
    expect(document.tags).to.deep.equal([{ name: 'Things', description: 'What there is.' }])
  })

  it('holds each endpoint once and no alias', () => {
    expect(Object.keys(document.paths)).to.deep.equal(['/sound', '/things/{thing_id}/parts'])
    expect(Object.keys(document.paths['/things/{thing_id}/parts'])).to.deep.equal(['put'])
    expect(put).to.include({
      operationId: 'putThingsThingIdParts',
      summary: 'Replace parts',
      description:
        'All of them.\n\nTakes a token. Refused with `gate_closed` while that gate is shut. ' +
        'Limit `each`: 100 in 60 s, 1 in 60 s.',
    })
    expect(get.description).to.match(/^Takes no token\. Limit `each`/)
    expect([put['x-gates'], put['x-limit'].name]).to.deep.equal([['open'], 'each'])
    expect([put['x-extension'], get['x-extension']]).to.deep.equal([undefined, true])
  })

  it('says who may ask', () => {
    expect([put.security, get.security]).to.deep.equal([[{ named: [] }], []])
    expect(document.components.securitySchemes).to.deep.equal({ named: { type: 'http', scheme: 'bearer' } })
  })

  it('says what is asked: parameters, keys and bodies', () => {
    const asked = put.parameters.map((p: { name: string; in: string; required: boolean }) => [p.name, p.in, p.required])
    expect(asked).to.deep.equal([
      ['thing_id', 'path', true],
      ['loud', 'query', false],
      ['limit', 'query', true],
      ['Idempotency-Key', 'header', false],
    ])
    expect(put.requestBody.required).to.equal(true)
    const body = put.requestBody.content['application/json'].schema
    expect(body.required).to.deep.equal(['parts'])
    expect(body.properties.parts.items).to.deep.equal({ $ref: '#/components/schemas/Part' })
    expect(get).to.not.have.property('requestBody')
  })

  it('says what is answered, with every refusal that may come', () => {
    expect(put.responses['200'].content['application/json'].schema).to.deep.equal({
      $ref: '#/components/schemas/Thing',
    })
    expect(put.responses['208'].content, 'asked again').to.deep.equal(put.responses['200'].content)
    expect(get.responses['200'].content).to.have.property('application/octet-stream')
    const codes = Object.fromEntries(
      Object.entries<{ description: string }>(put.responses).map(([status, { description }]) => [status, description]),
    )
    expect(codes['401']).to.equal('`unauthorized`')
    expect(codes['403']).to.equal('`gate_closed`')
    expect(codes['404']).to.equal('`not_found`')
    expect(codes['409']).to.include('`too_small`').and.include('`idempotency_conflict`')
    expect(Object.keys(codes)).to.include.members(['400', '413', '415', '422', '429', '500', '503'])
    expect(put.responses['429'].headers).to.have.property('Retry-After')
    expect(Object.keys(get.responses)).to.deep.equal(['200', '429', '500', '503'])
  })

  it('has every schema it refers to, and refers to nothing else', () => {
    const schemas = document.components.schemas
    expect(Object.keys(schemas)).to.deep.equal(['Oops', 'Part', 'Thing'])
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference)
    expect(references).to.have.length.above(3)
    for (const reference of references) {
      expect(schemas, reference).to.have.property(reference?.replace('#/components/schemas/', '') ?? '')
    }
    expect(JSON.stringify(document)).to.not.match(/\$defs|\$schema/)
  })
})
