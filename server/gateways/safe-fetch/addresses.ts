import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * IPv4 that is nobody's on the open internet: IANA's "IPv4 Special-Purpose Address Registry", multicast, and what is
 * reserved.
 */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Of all IPv6 only this is given out to the open internet: what is mapped, translated, local or multicast is not in it. */
const GLOBAL_V6 = ['2000::', 3] as const

/** Parts of it that lead elsewhere all the same: IANA's "IPv6 Special-Purpose Address Registry". */
const SPECIAL_V6 = [
  // Teredo, ORCHID, benchmarks and other protocols.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 carries an IPv4 address, a private one if its writer likes.
  ['2002::', 16],
  ['3fff::', 20],
] as const

const refusedV4 = new BlockList()
for (const [net, bits] of PRIVATE_V4) refusedV4.addSubnet(net, bits, 'ipv4')
const globalV6 = new BlockList()
globalV6.addSubnet(...GLOBAL_V6, 'ipv6')
const refusedV6 = new BlockList()
for (const [net, bits] of SPECIAL_V6) refusedV6.addSubnet(net, bits, 'ipv6')

/** Whether an address belongs to the open internet; false for what is no address in its usual spelling. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !refusedV4.check(address, 'ipv4')
  // A zone is only ever that of a link.
  if (isIP(address) !== 6 || address.includes('%')) return false
  return globalV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6')
}

/** Where a request is to go. */
export interface Target {
  readonly url: URL
  /** A name or an address, without the brackets of IPv6. */
  readonly host: string
  readonly port: number
}

/** Low ports belong to other protocols, which may take a request for a command of theirs. */
const WEB_PORTS: ReadonlySet<number> = new Set([80, 443])
const LOWEST_FREE_PORT = 1024

/**
 * Read an address that somebody has given us; what is wrong with it in a word when it is refused: `scheme`, `odd` (a
 * name and password in it, an address in another spelling than the usual one) or `port`.
 */
export function readTarget(address: string): Target | 'scheme' | 'odd' | 'port' {
  if (!URL.canParse(address)) return 'odd'
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'scheme'
  if (url.username !== '' || url.password !== '') return 'odd'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  // `0x7f.1`, `2130706433` and `0177.0.0.1` are all read as 127.0.0.1: nobody writes an address so who means well.
  if (isIPv4(host) && hostAsWritten(address) !== host) return 'odd'
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  if (port < LOWEST_FREE_PORT && !WEB_PORTS.has(port)) return 'port'
  return { url, host, port }
}

function hostAsWritten(address: string): string {
  const [, authority = ''] = /^\s*[a-z]+:[\\/]*([^\\/?#]*)/i.exec(address) ?? []
  return authority.replace(/:\d*$/, '')
}
