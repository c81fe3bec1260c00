import { expect } from 'chai'
import { networkOf, plainAddress } from '#kit/network'

describe('An address', () => {
  it('of IPv4 that is written as IPv6 is itself', () => {
    expect(plainAddress('10.1.2.3')).to.equal('10.1.2.3')
    expect(plainAddress('::ffff:10.1.2.3')).to.equal('10.1.2.3')
    expect(plainAddress('::FFFF:0a01:0203')).to.equal('10.1.2.3')
  })

  it('of IPv6 has one spelling, without a zone', () => {
    expect(plainAddress('2001:0DB8:0:0:0:0:0:07')).to.equal('2001:db8::7')
    expect(plainAddress('fe80::1%eth0')).to.equal('fe80::1')
  })

  it('that is none stays as it is', () => {
    for (const word of ['', 'unknown', '1.2.3.4:80', '[::1]', '::1::', 'a%b']) {
      expect(plainAddress(word)).to.equal(word)
      expect(networkOf(word)).to.equal(word)
    }
  })
})

describe('The network that somebody is counted by', () => {
  it('is the address itself in IPv4, however it is written', () => {
    expect(networkOf('10.1.2.3')).to.equal('10.1.2.3')
    expect(networkOf('::ffff:10.1.2.3')).to.equal('10.1.2.3')
  })

  it('is the first half of the address in IPv6', () => {
    const same = [
      '2001:db8:1:2::7',
      '2001:0DB8:0001:0002:aaaa:bbbb:cccc:dddd',
      '2001:db8:1:2::1.2.3.4',
      '2001:db8:1:2::',
    ]
    for (const ip of same) expect(networkOf(ip), ip).to.equal('2001:db8:1:2::/64')
    expect(networkOf('2001:db8::7')).to.equal('2001:db8:0:0::/64')
    expect(networkOf('::1')).to.equal('0:0:0:0::/64')
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0:0::/64')
    expect(networkOf('2001:db8:1:3::7')).not.to.equal('2001:db8:1:2::/64')
  })
})
