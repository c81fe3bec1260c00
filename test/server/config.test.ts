import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ConfigError, PROCESS_TYPES, type ProcessType, readConfig } from '#server/config'

const SECRET = 'N5mYbTq0Yk3rZ8sVwXc2dFg7hJk9LpQe'
const SID = `AC${'0123456789abcdef'.repeat(2)}`
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example/kadoink',
  REDIS_URL: 'redis://cache.example',
  PUBLIC_URL: 'https://kadoink.example/',
  SESSION_SECRETS: SECRET,
  TWILIO_ACCOUNT_SID: SID,
  TWILIO_AUTH_TOKENS: 'new-token, old-token',
  TWILIO_NUMBERS: '+15005550006,+15005550007',
  MAIL_URL: 'smtps://mail.example',
}

describe('The environment', () => {
  let directory: string
  const read = (environment: Record<string, string | undefined>, type: ProcessType = 'all') =>
    readConfig(type, { DATA_DIR: directory, ...environment })
  const faults = (environment: Record<string, string | undefined>, type: ProcessType = 'all'): readonly string[] => {
    try {
      read(environment, type)
    } catch (error) {
      if (error instanceof ConfigError) return error.faults
      throw error
    }
    return []
  }
  const names = (all: readonly string[]) => all.map((fault) => fault.split(':')[0])

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kadoink-config-'))
  })
  after(() => rm(directory, { recursive: true }))

  it('may be empty on a bare machine', () => {
    const config = read({ NODE_ENV: '', PORT: '', DATABASE_URL: '' })
    expect(config).to.include({
      isProduction: false,
      host: '127.0.0.1',
      port: 3000,
      realtimePort: 3001,
      isRealtimePortGiven: false,
      databaseUrl: null,
      redis: null,
      carrier: null,
      mailUrl: null,
      metricsToken: null,
      hasTestClock: false,
    })
    expect(Object.isFrozen(config)).to.equal(true)
  })

  it('has a bot on Telegram that is named whole, a stand-in on a bare machine, and else none', () => {
    const bot = { TELEGRAM_BOT_TOKEN: `1234567:${'aB-_'.repeat(9)}`, TELEGRAM_BOT_NAME: 'codes_bot' }
    expect(read({})).to.include({ telegram: null, hasTelegramStandIn: true })
    expect(read(PRODUCTION)).to.include({ telegram: null, hasTelegramStandIn: false })
    expect(read({ ...PRODUCTION, ...bot }, 'web').telegram).to.deep.equal({
      token: bot.TELEGRAM_BOT_TOKEN,
      name: 'codes_bot',
      apiBase: 'https://api.telegram.org',
    })
    expect(read(bot).hasTelegramStandIn).to.equal(false)
    expect(faults({ TELEGRAM_BOT_NAME: 'codes_bot' })).to.deep.equal([
      'TELEGRAM_BOT_TOKEN, TELEGRAM_BOT_NAME: set both, or none.',
    ])
    expect(names(faults({ ...bot, TELEGRAM_BOT_TOKEN: 'short', TELEGRAM_API_BASE: 'ftp://x' }))).to.have.members([
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_API_BASE',
    ])
  })

  it('sends codes by WhatsApp from a number, in production with templates that were approved for it', () => {
    const [en, ru] = [`HX${'0'.repeat(32)}`, `HX${'1'.repeat(32)}`]
    const templatesOf = (written: string) =>
      read({ WHATSAPP_FROM: '+15005550006', WHATSAPP_CODE_TEMPLATES: written }).whatsApp?.templates
    expect(read({}).whatsApp).to.equal(null)
    expect(templatesOf('')).to.deep.equal({})
    expect(templatesOf(en)).to.deep.equal({ en, ru: en })
    expect(templatesOf(`en=${en}, ru=${ru}`)).to.deep.equal({ en, ru })
    expect(names(faults({ WHATSAPP_CODE_TEMPLATES: `fr=${en}` }))).to.deep.equal(['WHATSAPP_CODE_TEMPLATES'])
    expect(names(faults({ WHATSAPP_FROM: '15005550006' }))).to.deep.equal(['WHATSAPP_FROM'])
    expect(names(faults({ ...PRODUCTION, WHATSAPP_FROM: '+15005550006' }))).to.deep.equal(['WHATSAPP_CODE_TEMPLATES'])
  })

  it('names exactly what may be asked although it is private', () => {
    expect(read({}).egressAllow).to.deep.equal([])
    expect(read({ EGRESS_ALLOW: '10.0.0.7:8080, hooks.internal:443,[::1]:9000' }).egressAllow).to.have.lengthOf(3)
    for (const wrong of ['10.0.0.0/8', 'hooks.internal', '*:80', 'http://x:1']) {
      expect(names(faults({ EGRESS_ALLOW: wrong })), wrong).to.deep.equal(['EGRESS_ALLOW'])
    }
  })

  it('keeps media in an object store that is named whole, or in none', () => {
    const whole = { S3_BUCKET: 'kadoink-media', S3_ACCESS_KEY_ID: 'AKIA', S3_SECRET_ACCESS_KEY: 'secret' }
    expect(read({}).s3).to.equal(null)
    expect(read(whole).s3).to.deep.equal({
      bucket: 'kadoink-media',
      endpoint: undefined,
      region: 'us-east-1',
      accessKeyId: 'AKIA',
      secretAccessKey: 'secret',
    })
    const elsewhere = read({ ...whole, S3_ENDPOINT: 'http://minio.local:9000/', S3_REGION: 'eu-central-1' }).s3
    expect(elsewhere).to.include({ endpoint: 'http://minio.local:9000', region: 'eu-central-1' })
    for (const name of Object.keys(whole)) {
      expect(names(faults({ ...whole, [name]: '' })), name).to.deep.equal([name])
    }
    expect(names(faults({ S3_ENDPOINT: 'https://minio.local' }))).to.deep.equal(Object.keys(whole))
    const odd = {
      S3_BUCKET: 'No Bucket',
      S3_ENDPOINT: 'https://minio.local/path',
      S3_REGION: 'EU!',
      S3_ACCESS_KEY_ID: 'a b',
    }
    expect(names(faults({ ...whole, ...odd }))).to.have.members(Object.keys(odd))
  })

  it('sells through an account that is whole, through a stand-in on a bare machine, and else not at all', () => {
    const stripe = {
      STRIPE_SECRET_KEY: 'sk_live_0123456789',
      STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef, whsec_fedcba9876543210',
      STRIPE_PRICE_MONTH: 'price_month',
      STRIPE_PRICE_YEAR: 'price_year',
    }
    expect(read({}).hasPaymentsStandIn).to.equal(true)
    expect(read({ ...PRODUCTION }), 'a stand-in is never in production').to.include({
      payments: null,
      hasPaymentsStandIn: false,
    })
    const real = read({ ...PRODUCTION, ...stripe })
    expect(real.hasPaymentsStandIn).to.equal(false)
    expect(real.payments).to.deep.equal({
      secretKey: 'sk_live_0123456789',
      webhookSecrets: ['whsec_0123456789abcdef', 'whsec_fedcba9876543210'],
      prices: { month: 'price_month', year: 'price_year' },
      apiBase: undefined,
    })
    for (const missing of Object.keys(stripe)) {
      const [fault] = faults({ ...stripe, [missing]: undefined })
      expect(fault, missing).to.match(/set all four/)
    }
    const wrong = {
      STRIPE_SECRET_KEY: 'pk_live_0123456789',
      STRIPE_WEBHOOK_SECRETS: 'secret',
      STRIPE_PRICE_MONTH: 'plus',
      STRIPE_PRICE_YEAR: 'plus',
      STRIPE_API_BASE: 'http://127.0.0.1/v1',
      CHECKOUT_RETURN_HOSTS: 'https://app.example/',
    }
    expect(names(faults(wrong))).to.have.members(Object.keys(wrong))
  })

  it('has every fault named at once', () => {
    const wrong = {
      NODE_ENV: 'production',
      PORT: '70000',
      DATABASE_URL: 'mysql://db',
      REDIS_URL: 'http://redis',
      PUBLIC_URL: 'kadoink.example',
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_NUMBERS: '5551234',
      METRICS_TOKEN: 'short',
      TRUST_PROXY_HOPS: '-1',
      LOG_LEVEL: 'loud',
      SESSION_SECRETS: 'weak',
      TEST_CLOCK: '1',
    }
    const found = names(faults(wrong))
    expect(found).to.include.members([...Object.keys(wrong).slice(1), 'TWILIO_AUTH_TOKENS', 'MAIL_URL'])
  })

  it('refuses what could only fail later', () => {
    const wrong = {
      DATABASE_URL: ['postgres://kadoink:p#ss@db.example/kadoink', 'postgres://[', 'postgres'],
      REDIS_URL: ['redis://[', 'redis'],
      MAIL_URL: ['smtp://[', 'smtp'],
      MAIL_FROM: ['Kadoink', 'Kadoink <nobody>', 'a@example.com, b@example.com', 'a\r\nb <a@example.com>'],
      PUBLIC_URL: ['https://kadoink.example/app', 'https://kadoink.example/?a', 'https://a:b@kadoink.example'],
      CORS_ORIGINS: ['*', 'app.example', 'https://*.example', 'https://app.example/path', 'https://a@app.example'],
    }
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) expect(names(faults({ [name]: value })), `${name}=${value}`).to.deep.equal([name])
    }
    expect(names(faults({ PORT: '4000', REALTIME_PORT: '4000' }))).to.deep.equal(['REALTIME_PORT'])
    expect(faults({ PORT: '0', REALTIME_PORT: '0' })).to.deep.equal([])
    expect(faults({ ...PRODUCTION, PORT: '4000', REALTIME_PORT: '4000' }, 'realtime')).to.deep.equal([])
  })

  it('takes certificates that nobody vouches for where it is told to, but for what the address says of it', () => {
    const UNVERIFIED_TLS = '1'
    expect(read(PRODUCTION).redis).to.include({ isUnverified: false })
    const config = read({ ...PRODUCTION, UNVERIFIED_TLS })
    expect(config.redis).to.include({ isUnverified: true })
    expect(config.databaseUrl).to.equal('postgres://db.example/kadoink?sslmode=no-verify')
    const DATABASE_URL = 'postgres://a:p%23b@db.example/kadoink?sslmode=verify-full'
    expect(read({ ...PRODUCTION, UNVERIFIED_TLS, DATABASE_URL }).databaseUrl).to.equal(DATABASE_URL)
    expect(read({ ...PRODUCTION, DATABASE_URL }).databaseUrl).to.equal(DATABASE_URL)
  })

  it('names origins as browsers do, however they are written', () => {
    const CORS_ORIGINS = 'https://App.example/, http://localhost:5173,capacitor://localhost,https://a.example:443'
    const origins = ['https://app.example', 'http://localhost:5173', 'capacitor://localhost', 'https://a.example']
    expect(read({ CORS_ORIGINS }).corsOrigins).to.deep.equal(origins)
    for (const MAIL_FROM of ['no-reply@kadoink.example', 'Kadoink & Co <no-reply@kadoink.example>']) {
      expect(read({ MAIL_FROM }).mailFrom).to.equal(MAIL_FROM)
    }
  })

  it('names what production lacks, for each type of process', () => {
    const all = Object.keys(PRODUCTION).slice(1)
    for (const type of PROCESS_TYPES) expect(faults(PRODUCTION, type), type).to.deep.equal([])
    for (const type of ['web', 'worker', 'realtime'] as const) {
      expect(names(faults({ NODE_ENV: 'production' }, type)), type).to.have.members(all)
    }
    const alone = names(faults({ NODE_ENV: 'production' }))
    expect(alone).to.have.members(all.filter((name) => name !== 'REDIS_URL'))
    expect(names(faults({ NODE_ENV: 'production' }, 'migrate'))).to.deep.equal(['DATABASE_URL'])
  })

  it('refuses weak secrets and test switches in production', () => {
    for (const weak of ['x', 'a'.repeat(40), `${SECRET},short`]) {
      expect(names(faults({ ...PRODUCTION, SESSION_SECRETS: weak })), weak).to.deep.equal(['SESSION_SECRETS'])
    }
    expect(names(faults({ ...PRODUCTION, SESSION_SECRETS: ' , ' }))).to.deep.equal(['SESSION_SECRETS'])
    expect(names(faults({ ...PRODUCTION, TEST_CLOCK: '1' }))).to.deep.equal(['TEST_CLOCK'])
    expect(names(faults({ ...PRODUCTION, WS_ECHO: '1' }))).to.deep.equal(['WS_ECHO'])
    expect(faults({ TEST_CLOCK: '1' })).to.deep.equal([])
  })

  it('is listened to everywhere in production, and has the fast door only when told', () => {
    const config = read(PRODUCTION)
    expect(config).to.include({ host: '0.0.0.0', realtimePort: null, publicUrl: 'https://kadoink.example' })
    expect(read({ ...PRODUCTION, REALTIME_PORT: '4000' })).to.include({ realtimePort: 4000, isRealtimePortGiven: true })
    expect(read({ ...PRODUCTION, PORT: '5000' }, 'realtime').realtimePort).to.equal(5000)
  })

  it('speaks of the carrier wholly or not at all', () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS } = PRODUCTION
    expect(names(faults({ TWILIO_ACCOUNT_SID }))[0]).to.include('TWILIO_AUTH_TOKENS')
    expect(faults({ TWILIO_ACCOUNT_SID, TWILIO_NUMBERS })).to.have.length(1)
    expect(faults({ TWILIO_ACCOUNT_SID, TWILIO_NUMBERS, TWILIO_AUTH_TOKENS: ',' })).to.have.length(1)
    expect(faults({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS: '+15005550006,12' })).to.have.length(1)
    expect(read({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS }).carrier).to.deep.equal({
      accountSid: SID,
      authTokens: ['new-token', 'old-token'],
      apiBase: undefined,
      numbers: ['+15005550006', '+15005550007'],
    })
  })

  it('says how many calls the carrier begins in a second, or nothing of it', () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS } = PRODUCTION
    expect(read({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKENS, TWILIO_NUMBERS }).callsPerSecond).to.equal(null)
    expect(read({ CALLS_PER_SECOND: '0.5' }).callsPerSecond).to.equal(0.5)
    for (const wrong of ['0', '-1', 'many', 'Infinity', 'NaN', '1001']) {
      expect(names(faults({ CALLS_PER_SECOND: wrong })), wrong).to.deep.equal(['CALLS_PER_SECOND'])
    }
  })

  it('must join processes that are apart, also outside production', () => {
    expect(names(faults({}, 'worker'))).to.deep.equal([
      'DATABASE_URL',
      'REDIS_URL',
      'TWILIO_ACCOUNT_SID',
      'SESSION_SECRETS',
    ])
    expect(faults({}, 'migrate')).to.deep.equal([])
  })

  it('makes a secret of its own once, that others of the machine cannot read', async () => {
    const data = join(directory, 'fresh', 'data')
    const [first] = read({ DATA_DIR: data }).sessionSecrets
    const [second] = read({ DATA_DIR: data }).sessionSecrets
    expect(first).to.match(/^[0-9a-f]{64}$/)
    expect(second).to.equal(first)
    expect(await readFile(join(data, 'session-secret'), 'utf8')).to.equal(first)
    expect((await stat(join(data, 'session-secret'))).mode & 0o777).to.equal(0o600)
    expect(read({ DATA_DIR: data, SESSION_SECRETS: 'mine' }).sessionSecrets).to.deep.equal(['mine'])

    await writeFile(join(data, 'session-secret'), '')
    expect(names(faults({ DATA_DIR: data })), 'cut short on a full disk').to.deep.equal(['SESSION_SECRETS'])
  })
})
