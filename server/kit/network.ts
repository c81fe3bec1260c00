import { isIP } from 'node:net'

/**
 * An address in its one spelling: IPv6 as RFC 5952 writes it, without the zone that only the machine itself knows; an
 * IPv4 address that came in through an IPv6 socket is an IPv4 address. What is no address stays as it is.
 */
export function plainAddress(address: string): string {
  if (isIP(address) !== 6) return address
  const [zoneless] = address.split('%')
  const short = new URL(`http://[${zoneless}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (!mapped) return short
  const [high, low] = [Number.parseInt(mapped[1] ?? '0', 16), Number.parseInt(mapped[2] ?? '0', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/**
 * By what a client's budget is counted: an IPv4 address, or the first 64 bits of IPv6, the least that one customer is
 * given to themself (RFC 6177). What is no address stays as it is.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address)
  if (isIP(plain) !== 6) return plain
  const [head = '', tail] = plain.split('::')
  const start = head === '' ? [] : head.split(':')
  const end = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : new Array<string>(8 - start.length - end.length).fill('0')
  return `${[...start, ...zeros, ...end].slice(0, 4).join(':')}::/64`
}
