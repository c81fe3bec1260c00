/** How realtime is set up. Everything but the port has a default that serves. */
export interface RealtimeSettings {
  /** Where uWebSockets.js listens; 0 finds a free port, null leaves that door shut. */
  readonly realtimePort: number | null
  /** The address that uWebSockets.js listens on. */
  readonly host: string
  /** Origins that may open sockets beside our own, for example `https://app.example`. */
  readonly allowedOrigins: readonly string[]
  /** How many proxies in front of us are ours. */
  readonly trustProxyHops: number
  /** Handshakes that one client address may ask for in a minute. */
  readonly upgradesPerMinute: number
  /** Whether sockets at `/__echo` are sent back what they say. */
  readonly hasEcho: boolean
  /** Sockets that one user may have; the oldest makes room. */
  readonly socketsPerUser: number
  /** How long a client may take for its first frame, when it said nothing at the handshake. */
  readonly authWithinMs: number
  /** How often a socket's token is checked again. */
  readonly recheckMs: number
  /** How often a protocol ping goes out; routers cut a connection that was silent for 55 s. */
  readonly pingMs: number
  /** Bytes of a client's frame at most. */
  readonly frameBytes: number
  /** Client frames that are taken in ten seconds. */
  readonly framesPerTenSeconds: number
  /** Topics on demand that one socket may watch. */
  readonly onDemandTopics: number
  /** Bytes that may wait for a slow client before it is closed. */
  readonly bufferedBytes: number
  /** How long a client may take to answer a close before its connection is cut. */
  readonly closeWithinMs: number
}

/** What the protocol promises. */
export const defaultSettings: RealtimeSettings = {
  realtimePort: null,
  host: '0.0.0.0',
  allowedOrigins: [],
  trustProxyHops: 0,
  upgradesPerMinute: 20,
  hasEcho: false,
  socketsPerUser: 5,
  authWithinMs: 10_000,
  recheckMs: 300_000,
  pingMs: 25_000,
  frameBytes: 16_384,
  framesPerTenSeconds: 30,
  onDemandTopics: 50,
  bufferedBytes: 1_048_576,
  closeWithinMs: 5_000,
}
