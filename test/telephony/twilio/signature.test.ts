import { createHash, createHmac } from 'node:crypto'
import { expect } from 'chai'
import { isSigned, signedForm, webhookUrl } from '#telephony/twilio/signature'

const TOKEN = '12345'
const PUBLIC_URL = 'https://mycompany.com'
const PATH = '/myapp.php?foo=1&bar=2'

/** Twilio's published example. */
const FORM = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+12349013030',
  Digits: '1234',
  From: '+12349013030',
  To: '+18005551212',
}
const EXAMPLE = {
  authTokens: [TOKEN],
  publicUrl: PUBLIC_URL,
  originalUrl: PATH,
  header: '0/KCTR6DLpKmkAf8muzZqo1nDgQ=',
  params: new URLSearchParams(FORM),
}

/** What the carrier signs: the URL, then each key with its value, sorted. */
function sign(url: string, pairs: readonly string[] = [], token = TOKEN): string {
  return createHmac('sha1', token)
    .update(url + pairs.join(''))
    .digest('base64')
}

function signedGet(signedUrl: string, seen: { publicUrl?: string; originalUrl?: string } = {}): boolean {
  const { publicUrl = PUBLIC_URL, originalUrl = PATH } = seen
  return isSigned({
    authTokens: [TOKEN],
    publicUrl,
    originalUrl,
    header: sign(signedUrl),
    params: new URLSearchParams(),
  })
}

describe('the signature of a webhook', () => {
  it('is that of the published example', () => {
    expect(isSigned(EXAMPLE)).to.equal(true)
  })

  it('does not mind a slash at the end of our address', () => {
    expect(isSigned({ ...EXAMPLE, publicUrl: `${PUBLIC_URL}/` })).to.equal(true)
  })

  it('covers every value, every key and the whole address', () => {
    const tampered = { ...FORM, To: '+18005551213' }
    const { Digits: _, ...shorter } = FORM

    expect(isSigned({ ...EXAMPLE, params: new URLSearchParams(tampered) })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, params: new URLSearchParams(shorter) })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, originalUrl: `${PATH}&leg=b` })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, publicUrl: 'https://other.com' })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, publicUrl: 'http://mycompany.com' })).to.equal(false)
  })

  it('keeps empty values', () => {
    const params = new URLSearchParams('City=&From=%2B1')
    const header = sign(PUBLIC_URL + PATH, ['City', 'From+1'])

    expect(isSigned({ ...EXAMPLE, header, params })).to.equal(true)
    expect(isSigned({ ...EXAMPLE, header, params: new URLSearchParams('From=%2B1') })).to.equal(false)
  })

  it('refuses a request without one', () => {
    expect(isSigned({ ...EXAMPLE, header: undefined })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, header: '' })).to.equal(false)
  })

  it('may be made with the old token during a rotation, and with no other', () => {
    expect(isSigned({ ...EXAMPLE, authTokens: ['new', TOKEN] })).to.equal(true)
    expect(isSigned({ ...EXAMPLE, authTokens: ['new', 'newer'] })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, authTokens: [] })).to.equal(false)
  })

  it('made with an empty token is anybody’s', () => {
    const header = sign(PUBLIC_URL + PATH, [], '')

    expect(isSigned({ ...EXAMPLE, authTokens: [''], header, params: new URLSearchParams() })).to.equal(false)
  })

  it('holds with and without the port, on either side', () => {
    expect(signedGet(`${PUBLIC_URL}:443${PATH}`)).to.equal(true)
    expect(signedGet(`${PUBLIC_URL}${PATH}`, { publicUrl: `${PUBLIC_URL}:8443` })).to.equal(true)
    expect(signedGet(`${PUBLIC_URL}:8443${PATH}`, { publicUrl: `${PUBLIC_URL}:8443` })).to.equal(true)
    expect(signedGet(`${PUBLIC_URL}:8443${PATH}`)).to.equal(false)
  })

  it('holds for GET, where the query is all there is, quotes and all', () => {
    expect(signedGet(PUBLIC_URL + PATH)).to.equal(true)
    expect(signedGet(`${PUBLIC_URL}/a?name=O'Hara`, { originalUrl: "/a?name=O'Hara" })).to.equal(true)
    expect(signedGet(`${PUBLIC_URL}/a/`, { originalUrl: '/a' })).to.equal(false)
  })

  it('takes the values of a repeated key once each, sorted', () => {
    const header = sign(PUBLIC_URL + PATH, ['Keya', 'Keyb', 'To+1'])

    expect(isSigned({ ...EXAMPLE, header, params: new URLSearchParams('To=%2B1&Key=b&Key=a&Key=b') })).to.equal(true)
  })

  it('takes keys as they are, brackets and prototypes included', () => {
    const header = sign(PUBLIC_URL + PATH, ['Foo[bar]1', '__proto__2', 'constructor3'])
    const params = new URLSearchParams('constructor=3&Foo%5Bbar%5D=1&__proto__=2')

    expect(isSigned({ ...EXAMPLE, header, params })).to.equal(true)
  })

  it('may be made before parameters are added that are named; what those say is not believed', () => {
    const added = new URLSearchParams({ ...FORM, StirVerstat: 'TN-Validation-Passed-A' })
    const believed = (params: URLSearchParams, unsigned: readonly string[]) => {
      const form = signedForm({ ...EXAMPLE, params }, unsigned)
      return form && Object.fromEntries(form)
    }

    expect(believed(added, [])).to.equal(null)
    expect(believed(added, ['CallToken'])).to.equal(null)
    expect(believed(added, ['CallToken', 'StirVerstat'])).to.deep.equal(FORM)
    expect(believed(EXAMPLE.params, ['StirVerstat', 'Digits'])).to.deep.equal(FORM)
    expect(believed(new URLSearchParams({ ...FORM, Digits: '1' }), ['Digits'])).to.equal(null)
    const header = sign(
      PUBLIC_URL + PATH,
      [...added].sort().map((pair) => pair.join('')),
    )
    expect(Object.fromEntries(signedForm({ ...EXAMPLE, header, params: added }, ['StirVerstat']) ?? [])).to.deep.equal(
      Object.fromEntries(added),
    )
  })

  it('covers a JSON body through its hash in the address', () => {
    const rawBody = Buffer.from('{"name":"Zoë"}')
    const originalUrl = `/json?bodySHA256=${createHash('sha256').update(rawBody).digest('hex')}`
    const request = { authTokens: [TOKEN], publicUrl: PUBLIC_URL, originalUrl, header: sign(PUBLIC_URL + originalUrl) }

    expect(isSigned({ ...request, rawBody })).to.equal(true)
    expect(isSigned({ ...request, rawBody: Buffer.from('{"name":"Eve"}') })).to.equal(false)
    expect(isSigned({ ...request, originalUrl: PATH, header: sign(PUBLIC_URL + PATH), rawBody })).to.equal(false)
  })

  it('is refused, not a crash, when the address makes no sense', () => {
    const params = new URLSearchParams()
    const absolute = 'https://mycompany.com.evil.test/'

    expect(isSigned({ ...EXAMPLE, publicUrl: 'mycompany', originalUrl: '/a', params })).to.equal(false)
    expect(isSigned({ ...EXAMPLE, publicUrl: '', originalUrl: absolute, header: sign(absolute), params })).to.equal(
      false,
    )
  })
})

describe('the address of a webhook', () => {
  it('has its query sorted, and says how often to try', () => {
    expect(webhookUrl(`${PUBLIC_URL}/`, '/key', { leg: 'b c', 'a&': '1' }, 'document')).to.equal(
      `${PUBLIC_URL}/key?a%26=1&leg=b+c#rc=2&rp=ct,5xx`,
    )
    expect(webhookUrl(PUBLIC_URL, '/status', {}, 'report')).to.equal(`${PUBLIC_URL}/status#rc=3&rp=all`)
  })
})
