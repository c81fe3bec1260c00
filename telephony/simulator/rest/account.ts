import { oneOf, TEXT } from '../kinds.ts'
import type { Operations } from './operation.ts'
import { presentAccount } from './present.ts'
import type { RestHandler } from './request.ts'

const fetchAccount: RestHandler = (network) => ({ status: 200, body: presentAccount(network) })

/** Only its name can be changed here. */
const updateAccount: RestHandler = (network, { form }) => {
  network.accountName = form.get('FriendlyName') ?? network.accountName
  return { status: 200, body: presentAccount(network) }
}

const ONE = '/{Sid}.json'

/** Source: Twilio, "Account resource". */
export const ACCOUNT_OPERATIONS: Operations = {
  FetchAccount: { method: 'GET', path: ONE, handle: fetchAccount },
  UpdateAccount: {
    method: 'POST',
    path: ONE,
    form: { FriendlyName: TEXT, Status: oneOf('active', 'suspended', 'closed') },
    handle: updateAccount,
  },
}
