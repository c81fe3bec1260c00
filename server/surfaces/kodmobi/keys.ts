import * as realms from '#domain/realms'
import type { RequestInfo, Scheme } from '#kit/endpoint'
import { defineFault, Unauthorized } from '#kit/fault'
import type { View } from '#kit/unit'

/** Who asks: a project, by one of its keys. */
export interface Asker {
  readonly realm: realms.Realm
  /** Whether it has shown the secret key: then it is the project's own server that asks. */
  readonly isOwner: boolean
}

/** The public key was shown where only the project's own server may ask. */
export const SecretKeyWanted = defineFault('secret_key_wanted', 'forbidden', 'This takes the secret key.')

const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const header = { type: 'apiKey', in: 'header', name: 'x-api-key' } as const

/** Either key of a project: the public one may stand in a page, and whoever reads the page may ask. */
export const eitherKey: Scheme<Asker> = {
  security: {
    ...header,
    description: "The project's public key, which may stand in a page; a server may show the secret one.",
  },
  shown: 'the public key',
  faults: [Unauthorized],
  authenticate: async (view, request) => askerOf(view, keyOf(request)),
  viewerId: idOf,
}

/** The secret key of a project: it belongs on the project's server and nowhere else. */
export const secretKey: Scheme<Asker> = {
  security: { ...header, description: "The project's secret key. It belongs on your server and nowhere else." },
  shown: 'the secret key',
  keptFromPages: true,
  faults: [Unauthorized, SecretKeyWanted],
  async authenticate(view, request) {
    const asker = await askerOf(view, keyOf(request))
    if (!asker.isOwner) throw SecretKeyWanted()
    return asker
  },
  viewerId: idOf,
}

const OWNER = 'owner '

/** Owners are counted apart: a page's visitors cannot use up what its server may ask. */
function idOf({ realm, isOwner }: Asker): string {
  return isOwner ? OWNER + realm.id : realm.id
}

/** Whether what a budget is counted by is a project's own server. */
export function isServer(viewerId: string | undefined): boolean {
  return viewerId?.startsWith(OWNER) ?? false
}

async function askerOf(view: View, key: string): Promise<Asker> {
  const byPublic = await realms.byPublicKey(view, key)
  if (byPublic) return { realm: byPublic, isOwner: false }
  const bySecret = await realms.bySecretKey(view, key)
  if (bySecret) return { realm: bySecret, isOwner: true }
  throw Unauthorized()
}

/** The key that a request shows, in its header alone: what stands in an address stands in logs. Throws `Unauthorized`. */
function keyOf({ headers }: RequestInfo): string {
  const key = headers['x-api-key']
  if (typeof key !== 'string' || !KEY.test(key)) throw Unauthorized()
  return key
}
