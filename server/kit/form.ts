import { z } from 'zod'
import { BadRequest, PayloadTooLarge, ValidationFailed } from './fault.ts'
import type { Upload, UploadedFile, Uploads } from './upload.ts'
import type { UploadPlace } from './upload-room.ts'

/** A form as it came: its text fields, unchecked, and its files. */
export interface Form {
  readonly fields: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, UploadedFile | null>>
}

/** What bounds a form beside its files. */
export interface FormBounds {
  readonly uploads: Uploads
  /** Of all text fields together. */
  readonly textBytes: number
}

const NAME_CHARACTERS = 100
const FILE_NAME_CHARACTERS = 255

interface Part {
  add(chunk: Buffer): void
}

/** The parts of a form as they come in, each within its bound. */
export class FormParts {
  readonly #bounds: FormBounds
  readonly #place: UploadPlace
  readonly #texts = new Map<string, Buffer[]>()
  readonly #files = new Map<string, UploadedPart>()
  #textBytes = 0

  constructor(bounds: FormBounds, place: UploadPlace) {
    this.#bounds = bounds
    this.#place = place
  }

  /** A part begins. Throws `ValidationFailed` for a second one of its name, and for a file that nobody asked for. */
  begin(name: string | undefined, fileName: string | undefined, type: string): Part {
    if (name === undefined) throw BadRequest({ message: 'A part of the form has no name.' })
    const upload = Object.hasOwn(this.#bounds.uploads, name) ? this.#bounds.uploads[name] : undefined
    const field = name.slice(0, NAME_CHARACTERS)
    if (this.#texts.has(name) || this.#files.has(name)) throw ValidationFailed({ fields: { [field]: 'Send it once.' } })
    if (upload) return this.#file(name, fileName, type, upload)
    if (fileName !== undefined) throw ValidationFailed({ fields: { [field]: 'No file is taken here.' } })
    return this.#text(name)
  }

  /** The form, all of whose parts have ended. Throws `ValidationFailed` for text that is none, and for a missing file. */
  whole(): Form {
    const fields = [...this.#texts].map(([name, chunks]) => [name, textOf(name, Buffer.concat(chunks))])
    const files = Object.entries(this.#bounds.uploads).map(([name, upload]) => {
      const file = this.#files.get(name)?.whole() ?? null
      if (!file && upload.isRequired) throw ValidationFailed({ fields: { [name]: 'This field is required.' } })
      return [name, file]
    })
    return { fields: Object.fromEntries(fields), files: Object.fromEntries(files) }
  }

  #text(name: string): Part {
    const chunks: Buffer[] = []
    this.#texts.set(name, chunks)
    return {
      add: (chunk) => {
        this.#textBytes += chunk.length
        if (this.#textBytes > this.#bounds.textBytes) throw PayloadTooLarge()
        this.#place.hold(chunk.length)
        chunks.push(chunk)
      },
    }
  }

  #file(name: string, fileName: string | undefined, type: string, { maxBytes }: Upload): Part {
    const part = new UploadedPart(maxBytes, type, fileName, this.#place)
    this.#files.set(name, part)
    return part
  }
}

class UploadedPart implements Part {
  readonly #maxBytes: number
  readonly #declaredType: string
  readonly #name: string | null
  readonly #place: UploadPlace
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number, declaredType: string, name: string | undefined, place: UploadPlace) {
    this.#maxBytes = maxBytes
    this.#declaredType = declaredType
    this.#name =
      name
        ?.replace(/\p{Cc}/gu, '')
        .slice(0, FILE_NAME_CHARACTERS)
        .toWellFormed() || null
    this.#place = place
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes)
      throw PayloadTooLarge({ message: `The file is larger than ${this.#maxBytes} bytes.` })
    this.#place.hold(chunk.length)
    this.#chunks.push(chunk)
  }

  /** The file; null where a browser's form sends the part of a field in which nothing was chosen. */
  whole(): UploadedFile | null {
    if (this.#bytes === 0 && this.#name === null) return null
    return { bytes: Buffer.concat(this.#chunks), declaredType: this.#declaredType, name: this.#name }
  }
}

function textOf(name: string, bytes: Buffer): string {
  if (bytes.includes(0)) throw ValidationFailed({ fields: { [name]: 'A null character cannot be stored.' } })
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw BadRequest({ message: 'A field of the form is not valid UTF-8.' })
  }
}

type Property = Readonly<Record<string, unknown>>

/**
 * How the text fields of a form become a body that a schema can check: what the schema wants as a boolean is written
 * `true` or `false`, a number in decimal digits; all else is text, and what is not written so stays text, which the
 * schema refuses in its own words. Fields that the schema does not know are left out.
 */
export function formBody(schema: z.ZodType): (fields: Form['fields']) => unknown {
  const { properties = {}, $defs = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>
    $defs?: Record<string, Property>
  }
  const kinds = new Map(Object.entries(properties).map(([name, property]) => [name, kindOf(property, $defs)]))
  return (fields) =>
    Object.fromEntries(
      Object.entries(fields)
        .filter(([name]) => kinds.has(name))
        .map(([name, text]) => [name, readField(text, kinds.get(name))]),
    )
}

function kindOf(property: Property, definitions: Readonly<Record<string, Property>>): string {
  const { type, anyOf, $ref } = property
  if (typeof $ref === 'string') return kindOf(definitions[$ref.replace('#/$defs/', '')] ?? {}, definitions)
  if (Array.isArray(anyOf))
    return anyOf.map((one) => kindOf(one, definitions)).find((kind) => kind !== 'null') ?? 'string'
  return typeof type === 'string' ? type : 'string'
}

function readField(text: string, kind: string | undefined): unknown {
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const isNumber = (kind === 'number' || kind === 'integer') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)
  return isNumber ? Number(text) : text
}
