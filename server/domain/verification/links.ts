import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { LinkIssued } from './events.ts'
import { LinkExpired, LinkInvalid } from './faults.ts'
import * as store from './link-store.ts'
import type { Link, LinkMessage, LinkPurpose } from './model.ts'
import { takeSend } from './sends.ts'

const SEAL = 'link'
const LIVE_SECONDS: Readonly<Record<LinkPurpose, number>> = { magic: 900, reset: 1800 }

/** What a new link is for. */
export type WantedLink = Pick<Link, 'purpose' | 'userId' | 'channel' | 'destination'>

/**
 * Have a link sent that works once. The person's earlier link for the same purpose stops working.
 * Throws what `takeSend` throws.
 */
export async function issueLink(unit: Unit, wanted: WantedLink): Promise<void> {
  const id = newId()
  const { purpose, userId, channel, destination } = wanted
  await takeSend(unit, { challengeId: id, realmId: null, subject: `${purpose} ${userId}`, channel, destination })
  await store.closeOpen(unit, userId, purpose)
  const token = newToken()
  const expiresAt = secondsAfter(unit.now, LIVE_SECONDS[purpose])
  const secret = { tokenHash: fingerprint(token), tokenSealed: unit.site.keys.seal(SEAL, token) }
  await store.insert(unit, { id, ...wanted, expiresAt }, secret)
  unit.emit(LinkIssued, { link_id: id, channel }, [])
}

/** Use a link up. Throws `LinkInvalid` for one that is unknown, used or replaced, `LinkExpired`. */
export async function consumeLink(unit: Unit, purpose: LinkPurpose, token: string): Promise<Link> {
  const link = good(unit, await store.lockOpen(unit, purpose, fingerprint(token)))
  await store.closeOpen(unit, link.userId, purpose)
  return link
}

/** A link that is still good, without using it up. Throws as `consumeLink`. */
export async function readLink(view: View, purpose: LinkPurpose, token: string): Promise<Link> {
  return good(view, await store.findByToken(view, purpose, fingerprint(token)))
}

/** What to send for one `LinkIssued`; null when the link has been used, replaced or has expired since. */
export async function linkMessage(view: View, id: string): Promise<LinkMessage | null> {
  const found = await store.findOpen(view, id)
  const token = found && found.link.expiresAt > view.now ? view.site.keys.open(SEAL, found.tokenSealed) : null
  if (!found || token === null) return null
  const { purpose, destination } = found.link
  return { purpose, destination, url: `${view.site.publicUrl}/${purpose}?token=${token}` }
}

function good(view: View, link: Link | null): Link {
  if (!link) throw LinkInvalid({ fields: { token: 'That link is not valid.' } })
  if (link.expiresAt <= view.now) throw LinkExpired({ fields: { token: 'That link has expired.' } })
  return link
}
