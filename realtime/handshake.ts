import { BadRequest, defineFault, type FaultType, MethodNotAllowed, Unauthorized } from '#kit/fault'
import { plainAddress } from '#kit/network'

/** A request to open a socket, as either door has it. */
export interface Handshake {
  /** Of HTTP, as `1.1`. */
  readonly version: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** As they came: names in lower case, repeated headers repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The address of the peer, which may be a proxy of ours. */
  readonly peer: string
}

/** What a handshake asks for, when it is in order. */
export interface Asked {
  /** From `Authorization`; undefined when the client means to say it in its first frame. */
  readonly token: string | undefined
  /** The sub-protocol to echo. */
  readonly protocol: string | undefined
  /** Whether what is said may be compressed. */
  readonly takesDeflate: boolean
}

/** Who may open sockets. */
export interface HandshakePolicy {
  /** Origins beside our own, for example `https://app.example`. */
  readonly allowedOrigins: readonly string[]
  /** How many proxies in front of us are ours, and believed when they say whom they speak for. */
  readonly trustProxyHops: number
}

export const OriginRefused = defineFault(
  'origin_not_allowed',
  'forbidden',
  'Sockets may not be opened from that origin.',
)
export const UpgradeRequired = defineFault('upgrade_required', 'malformed', 'This is a WebSocket endpoint, version 13.')

/** Examine a handshake for a sub-protocol. Throws the fault that refuses it. */
export function examine(handshake: Handshake, protocol: string | undefined, policy: HandshakePolicy): Asked {
  // RFC 6455, 4.1: at least 1.1; what comes later does not upgrade like this.
  if (handshake.version !== '1.1' || !isWellFramed(handshake)) throw BadRequest()
  if (handshake.method.toUpperCase() !== 'GET') throw MethodNotAllowed()
  const [host = '', ...otherHosts] = valuesOf(handshake, 'host')
  if (!HOST.test(host.trim()) || otherHosts.length > 0) throw BadRequest({ message: 'Send exactly one Host header.' })
  if (only(handshake, 'upgrade', UpgradeRequired).toLowerCase() !== 'websocket') throw UpgradeRequired()
  if (!listOf(handshake, 'connection').some((word) => word.toLowerCase() === 'upgrade')) throw UpgradeRequired()
  if (only(handshake, 'sec-websocket-version', UpgradeRequired) !== '13') throw UpgradeRequired()
  if (!isKey(only(handshake, 'sec-websocket-key', BadRequest))) throw BadRequest()
  if (!isOriginAllowed(handshake, policy)) throw OriginRefused()
  const offered = listOf(handshake, 'sec-websocket-protocol')
  // RFC 6455, 4.1: tokens, each once.
  if (!offered.every((word) => TOKEN.test(word)) || new Set(offered).size < offered.length) throw BadRequest()
  return {
    token: bearerOf(handshake),
    protocol: protocol !== undefined && offered.includes(protocol) ? protocol : undefined,
    takesDeflate: listOf(handshake, 'sec-websocket-extensions').some(isOursToTake),
  }
}

/**
 * Who asks, as far as we can believe it: the peer, or whoever our own proxies say they speak for. Each proxy appends
 * the address it was called from to X-Forwarded-For, so that only the last ones are not the client's invention.
 */
export function clientOf(handshake: Handshake, { trustProxyHops }: HandshakePolicy): string {
  const chain = [...listOf(handshake, 'x-forwarded-for'), handshake.peer].map(plainAddress)
  return chain[Math.max(0, chain.length - 1 - trustProxyHops)] ?? handshake.peer
}

/** RFC 9110, 5.6.2: what a header may be called, or a sub-protocol. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i

/** A host, and perhaps a port: nothing that another reader could take for something else. */
const HOST = /^[^\s/?#@\\,]+$/

/** As much as node:http takes; the native code takes more of what comes in one piece. */
const HEADER_LETTERS = 16_384

/**
 * Whether it is plain where the request ends: where headers are folded, oddly named, or speak of a body, the next one
 * to read it may see another request behind it. What is longer than requests may be is none either.
 */
function isWellFramed({ headers }: Handshake): boolean {
  const isBodiless = headers.every(([name, value]) => name !== 'content-length' || value.trim() === '0')
  const lengths = headers.filter(([name]) => name === 'content-length' || name === 'transfer-encoding')
  const isCoded = lengths.some(([name]) => name === 'transfer-encoding')
  const letters = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return (
    isBodiless &&
    !isCoded &&
    lengths.length <= 1 &&
    letters <= HEADER_LETTERS &&
    headers.every(([name]) => TOKEN.test(name))
  )
}

function valuesOf({ headers }: Handshake, name: string): string[] {
  return headers.filter(([header]) => header === name).map(([, value]) => value)
}

function listOf(handshake: Handshake, name: string): string[] {
  return valuesOf(handshake, name).flatMap((value) => value.split(',').map((word) => word.trim()))
}

function only(handshake: Handshake, name: string, fault: FaultType): string {
  const [value, ...more] = valuesOf(handshake, name)
  if (value === undefined || more.length > 0) throw fault()
  return value.trim()
}

/**
 * RFC 7692: whether an offer of permessage-deflate can be taken. Texts are compressed once for all, in a window of full
 * size, so not where a smaller one is asked for; that an offer is passed over refuses nobody.
 */
function isOursToTake(offer: string): boolean {
  const [name, ...wishes] = offer.split(';').map((word) => word.trim())
  return (
    name === 'permessage-deflate' &&
    wishes.every((wish) => /^((client|server)_no_context_takeover|client_max_window_bits(="?\d+"?)?)$/.test(wish))
  )
}

/** RFC 6455: 16 bytes of base64. */
function isKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(key)
}

/** A browser always says from where; whoever says nothing is no browser, and carries no user's cookies. */
function isOriginAllowed(handshake: Handshake, { allowedOrigins }: HandshakePolicy): boolean {
  const origins = valuesOf(handshake, 'origin')
  if (origins.length === 0) return true
  const [origin = ''] = origins
  if (origins.length > 1) return false
  if (allowedOrigins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === only(handshake, 'host', BadRequest).toLowerCase()
}

function bearerOf(handshake: Handshake): string | undefined {
  const [value, ...more] = valuesOf(handshake, 'authorization')
  if (value === undefined) return undefined
  const token = /^Bearer +(\S+)$/i.exec(value.trim())?.[1]
  if (token === undefined || more.length > 0) throw Unauthorized()
  return token
}
