import { presentAccount } from './present.ts'
import type { RestHandler } from './request.ts'

export const fetchAccount: RestHandler = (network) => ({ status: 200, body: presentAccount(network) })

/** Only its name can be changed here. */
export const updateAccount: RestHandler = (network, { form }) => {
  network.accountName = form.get('FriendlyName') ?? network.accountName
  return { status: 200, body: presentAccount(network) }
}
