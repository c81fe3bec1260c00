/** Where a picture or sound of a text lies at the carrier, as far as its announcement could be read. */
export interface MediumAddress {
  readonly carrierMessageId: string
  readonly carrierMediaId: string
  /** What the carrier calls it; what it is, its bytes say. */
  readonly declaredType: string
}

/** A medium that is to be fetched. */
export interface WaitingMedium {
  readonly id: string
  readonly carrierMessageId: string
  readonly carrierMediaId: string
}

/** What a fetched medium turned out to be. */
export interface KeptMedium {
  readonly kind: 'audio' | 'photo'
  readonly contentType: string
  readonly sizeBytes: number
  readonly width: number | null
  readonly height: number | null
}

/**
 * Why a medium was not kept: no photo or sound that we take, a photo that cannot be decoded, more than we take, not to
 * be had from the carrier, or announced at an address of another shape than the carrier's.
 */
export type Refusal = 'unsupported' | 'broken' | 'too_large' | 'gone' | 'no_address'

/** A medium of a text, as it stands. */
export interface Medium {
  readonly id: string
  readonly position: number
  readonly state: 'waiting' | 'kept' | 'refused' | 'expired'
  readonly reason: Refusal | null
  readonly kept: KeptMedium | null
}

/** Where a medium's bytes are kept. */
export function blobKeyOf(mediumId: string): string {
  return `mms/${mediumId}`
}
