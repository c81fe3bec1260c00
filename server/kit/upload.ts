/** A file that an endpoint takes beside its body. */
export interface Upload {
  readonly maxBytes: number
  /** Without it the endpoint answers JSON too. */
  readonly isRequired?: boolean
  /** What it should be, as the reference shows it; the handler decides by the bytes. */
  readonly types?: readonly string[]
  readonly description?: string
}

/** The files that an endpoint takes, by the names of their parts. */
export type Uploads = Readonly<Record<string, Upload>>

/** A file that was sent. */
export interface UploadedFile {
  readonly bytes: Buffer
  /** What the sender says it is, lower-case and without parameters: decides nothing. */
  readonly declaredType: string
  /** What the sender calls it, without folders; null when it has no name. */
  readonly name: string | null
}

/** The files that a handler is given; one that is not required may be null. */
export type FilesOf<U> = U extends Uploads
  ? { readonly [Name in keyof U]: U[Name] extends { readonly isRequired: true } ? UploadedFile : UploadedFile | null }
  : undefined
