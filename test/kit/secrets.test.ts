import { expect } from 'chai'
import fc from 'fast-check'
import { fingerprint, hashPassword, Keyring, newDigits, newToken, sameSecret, verifyPassword } from '#kit/secret'

describe('A keyring', () => {
  const old = new Keyring(['the old secret'])
  const rotated = new Keyring(['the new secret', 'the old secret'])
  const fresh = new Keyring(['the new secret'])

  it('opens what it has sealed, whatever was written', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fresh.open('p', fresh.seal('p', text)) === text))
  })

  it('seals the same text differently each time', () => {
    expect(fresh.seal('p', 'text')).to.not.equal(fresh.seal('p', 'text'))
  })

  it('opens for the purpose alone that it was sealed for', () => {
    expect(fresh.open('another purpose', fresh.seal('p', 'text'))).to.equal(null)
  })

  it('opens nothing that was touched', () => {
    const sealed = Buffer.from(fresh.seal('p', 'text'), 'base64url')
    for (let at = 0; at < sealed.length; at++) {
      const touched = Buffer.from(sealed)
      touched[at] = (touched[at] ?? 0) ^ 1
      expect(fresh.open('p', touched.toString('base64url')), `byte ${at}`).to.equal(null)
    }
    const cutShort = Buffer.from(fresh.seal('p', ''), 'base64url').subarray(0, 16).toString('base64url')
    for (const odd of ['', 'short', cutShort, sealed.subarray(0, 20).toString('base64url')]) {
      expect(fresh.open('p', odd)).to.equal(null)
    }
  })

  it('reads with every secret and writes with the first, so that secrets can be changed', () => {
    const sealed = old.seal('p', 'text')
    expect(rotated.open('p', sealed)).to.equal('text')
    expect(fresh.open('p', sealed)).to.equal(null)
    expect(fresh.open('p', rotated.seal('p', 'text'))).to.equal('text')

    const mac = old.mac('p', '123456')
    expect([rotated.matches('p', '123456', mac), fresh.matches('p', '123456', mac)]).to.deep.equal([true, false])
    expect(rotated.matches('p', '123457', mac)).to.equal(false)
    expect(rotated.matches('another purpose', '123456', mac)).to.equal(false)
  })

  it('signs with the first key and verifies with all of them', () => {
    expect(rotated.verifyingKeys('p')).to.have.length(2)
    expect(rotated.signingKey('p').equals(fresh.signingKey('p'))).to.equal(true)
    expect(rotated.verifyingKeys('p')[1]?.equals(old.signingKey('p'))).to.equal(true)
    expect(fresh.signingKey('p').equals(fresh.signingKey('q'))).to.equal(false)
  })

  it('needs a secret', () => expect(() => new Keyring([])).to.throw('at least one secret'))
})

describe('A password', () => {
  it('fits its hash, which is argon2id as OWASP has it, and no other', async () => {
    const hash = await hashPassword('correct horse')
    expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(hash, 'correct horse')).to.equal(true)
    expect(await verifyPassword(hash, 'correct horses')).to.equal(false)
    expect(await hashPassword('correct horse')).to.not.equal(hash)
  })

  it('never fits where there is no account, and is worked on as long', async () => {
    const hash = await hashPassword('correct horse')
    await verifyPassword(null, 'warm up')
    const time = async (stored: string | null) => {
      const began = process.cpuUsage()
      for (let turn = 0; turn < 5; turn++) expect(await verifyPassword(stored, 'battery')).to.equal(false)
      const { user, system } = process.cpuUsage(began)
      return user + system
    }
    const [known, unknown] = [await time(hash), await time(null)]
    expect(unknown / known).to.be.within(0.4, 2.5)
  })
})

describe('Random words', () => {
  it('are long, of letters and digits, and never the same', () => {
    const tokens = Array.from({ length: 100 }, newToken)
    expect(new Set(tokens).size).to.equal(100)
    for (const token of tokens) expect(token).to.match(/^[0-9A-Za-z]{43}$/)
  })

  it('of digits keep their zeros', () => {
    for (const digits of Array.from({ length: 300 }, () => newDigits(6))) expect(digits).to.match(/^\d{6}$/)
    expect(Array.from({ length: 500 }, () => newDigits(1)).some((digit) => digit === '0')).to.equal(true)
  })

  it('are stored as a fingerprint and compared whole', () => {
    expect(fingerprint('abc')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect([sameSecret('abc', 'abc'), sameSecret('abc', 'abd'), sameSecret('abc', '')]).to.deep.equal([
      true,
      false,
      false,
    ])
  })
})
