import { isIPv6 } from 'node:net'

/**
 * What counts as one address. Whoever has IPv6 has 64 bits of addresses to themself (RFC 6177), so those are counted by
 * the first 64; an IPv4 address that is written as IPv6 is itself.
 */
export function networkOf(ip: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? []
  if (mapped !== undefined) return mapped
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.replace(/%.*/, '').split('::')
  const first = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - first.length - groupsIn(tail)
  const groups = [...first, ...Array<string>(missing).fill('0'), ...(tail || '').split(':')]
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

/** Dotted digits at the end stand for two groups. */
function groupsIn(part: string): number {
  return part === '' ? 0 : part.split(':').length + (part.includes('.') ? 1 : 0)
}
