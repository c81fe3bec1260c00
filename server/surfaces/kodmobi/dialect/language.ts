import type { Refused, RequestInfo } from '#kit/endpoint'

/** The languages that this API speaks. */
export type Language = 'en' | 'ru'

/** In what words something is shown, and where its pictures are. */
export interface Shown {
  readonly language: Language
  readonly publicUrl: string
}

/**
 * The language that somebody wants to be answered in: `lang` where it is sent, else what `Accept-Language` likes best of
 * those we speak; null when neither says.
 */
export function wantedLanguage(headers: RequestInfo['headers'], lang?: unknown): Language | null {
  return languageNamed(lang) ?? preferred(String(headers['accept-language'] ?? ''))
}

/** The language of a refusal; English where nobody asked for another. */
export function languageOf(refused: Refused | undefined): Language {
  if (!refused) return 'en'
  const { body, query, request } = refused
  const inBody = typeof body === 'object' && body !== null && 'lang' in body ? body.lang : undefined
  return wantedLanguage(request.headers, query.lang ?? inBody) ?? 'en'
}

/** `ru`, `RU`, `ru-RU`: the language of a tag, when we speak it. */
function languageNamed(tag: unknown): Language | null {
  const [, name] = (typeof tag === 'string' && /^\s*(en|ru)\b/i.exec(tag)) || []
  return name === undefined ? null : (name.toLowerCase() as Language)
}

/** Of what a header accepts, the language we speak with the highest weight; of equals the first. RFC 9110, 12.5.4. */
function preferred(header: string): Language | null {
  let best: { language: Language; weight: number } | null = null
  for (const range of header.split(',').slice(0, 50)) {
    const language = languageNamed(range)
    const weight = Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)
    if (language !== null && weight > 0 && (best === null || weight > best.weight)) best = { language, weight }
  }
  return best?.language ?? null
}
