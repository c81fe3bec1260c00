import * as accounts from '#domain/accounts'
import * as sessions from '#domain/sessions'
import { SubscriptionChanged } from '#domain/subscriptions'
import { presentEntitlements, presentSubscription } from '../presenters/billing.ts'
import { presentSession } from '../presenters/session.ts'
import { presentGate, presentUser } from '../presenters/user.ts'
import { frame, type On } from './frames.ts'
import { userById } from './readings.ts'

/** What apps see of their own account and its sessions. */
export function accountFrames(on: On): void {
  on(accounts.UserChanged, async ({ view, event: { data } }) => {
    const user = await userById(view, data.user_id)
    if (!user) return []
    return [
      frame('account', 'me.updated', { user: await presentUser(view, user), gate: await presentGate(view, user) }),
    ]
  })

  on(accounts.MobileVerified, async ({ view, event: { data } }) => {
    const user = await userById(view, data.user_id)
    return user ? [frame('account', 'me.gate_changed', { gate: await presentGate(view, user) })] : []
  })

  on(SubscriptionChanged, async ({ view, event: { data } }) => {
    const user = await userById(view, data.user_id)
    if (!user) return []
    const entitlements = await presentEntitlements(view, user)
    const subscription = await presentSubscription(view, user)
    return [frame('account', 'billing.entitlements_changed', { entitlements, subscription })]
  })

  on(sessions.SessionCreated, async ({ view, event: { data } }) => {
    const session = await sessions.byId(view, data.user_id, data.session_id)
    return session ? [frame('account', 'session.created', { session: presentSession(session, null) })] : []
  })

  on(sessions.SessionRevoked, ({ event: { data } }) => [frame('account', 'session.revoked', { id: data.session_id })])
}
