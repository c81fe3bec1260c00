/** The networks on which people may be known. Some of them are long gone; people still say who they were there. */
export const NETWORKS = [
  'aim',
  'yahoo',
  'msn',
  'icq',
  'jabber',
  'gtalk',
  'skype',
  'discord',
  'telegram',
  'signal',
  'whatsapp',
  'matrix',
  'other',
] as const
export type Network = (typeof NETWORKS)[number]

/** A name that a person has on another network. Nothing is ever sent there. */
export interface Handle {
  readonly id: string
  readonly network: Network
  readonly handle: string
  readonly createdAt: Date
}

/** A name as its owner says it. */
export type NewHandle = Pick<Handle, 'network' | 'handle'>

/** So many names a person may have, on whatever plan. */
export const MOST_HANDLES = 20
