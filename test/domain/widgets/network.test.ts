import { expect } from 'chai'
import { networkOf } from '#domain/widgets'

describe('An address that visitors are counted by', () => {
  it('is one address of IPv4, however it is written', () => {
    expect(networkOf('10.1.2.3')).to.equal('10.1.2.3')
    expect(networkOf('::ffff:10.1.2.3')).to.equal('10.1.2.3')
  })

  it('is the first half of one of IPv6, in one spelling', () => {
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
