import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One import as it is written. */
export interface Import {
  /** Null when the name is only known at run time. */
  readonly specifier: string | null
  /** A statement about types alone, of which nothing is left at run time. */
  readonly isType: boolean
}

/** A source file, and what it imports. */
export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  readonly imports: readonly Import[]
  /** The text without comments and with its strings as numbers. */
  readonly code: string
}

/** Read every source file below some folders of the project. */
export function readSources(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(c|m)?ts$|\.(c|m)?js$/.test(name))
      .sort()
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8'))),
  )
}

/** What a text imports: static, dynamic and re-exporting imports, `require`, and looked-up packages. */
export function sourceFile(path: string, text: string): SourceFile {
  const { code, strings } = bare(text)
  const named = (index: string | undefined): string | null => (index === undefined ? null : (strings[+index] ?? null))
  const imports = [...code.matchAll(STATEMENT), ...code.matchAll(CALL), ...code.matchAll(LOOK_UP)].map((match) => ({
    specifier: named(match.groups?.name),
    isType: match.groups?.type !== undefined,
  }))
  return { path, imports, code }
}

const NAMES = String.raw`\{[\w$\s,"]*\}|\*(?:\s*as\s+[\w$]+)?|[\w$]+(?:\s*,\s*(?:\{[\w$\s,"]*\}|\*\s*as\s+[\w$]+))?`
const STATEMENT = new RegExp(
  String.raw`(?<![\w$.])(?:import|export)\s*(?<type>type\s+(?!from\b))?(?:(?:${NAMES})\s*from\s*)?"(?<name>\d+)"`,
  'g',
)
const CALL = /(?<type>typeof\s+)?(?<![\w$.])(?:import|require)\s*\(\s*(?:"(?<name>\d+)")?/g
const LOOK_UP =
  /(?:createRequire\s*\([^()]*\)|(?<![\w$.])require|import\s*\.\s*meta)\s*\.\s*resolve\s*\(\s*"(?<name>\d+)"/g

/** Words behind which a slash begins a regular expression, and does not divide. */
const BEFORE_REGEXP = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'do',
  'else',
  'await',
])
const PIECES = {
  blank: /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
  string: /(['"])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/y,
  chunk: /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{)/y,
  regexp: /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y,
  word: /[\w$]+/y,
}

/** A text without comments; every string is a number in quotes that leads into `strings`. */
function bare(text: string): { code: string; strings: readonly string[] } {
  const strings: string[] = []
  const braces: ('block' | 'template')[] = []
  let code = ''
  let last = ''
  let at = 0
  const take = (piece: keyof typeof PIECES): string | null => {
    PIECES[piece].lastIndex = at
    const found = PIECES[piece].exec(text)?.[0] ?? null
    at += found?.length ?? 0
    return found
  }
  const put = (token: string): void => {
    code += token
    last = token
  }
  const keep = (value: string): void => put(`"${strings.push(value) - 1}"`)
  const chunk = (isFirst: boolean): void => {
    const found = take('chunk') ?? ''
    if (found.endsWith('{')) braces.push('template')
    if (isFirst && found.endsWith('`')) keep(found.slice(0, -1))
    else put(found.endsWith('`') ? ')' : '(')
  }
  while (at < text.length) {
    if (take('blank') !== null) {
      code += ' '
      continue
    }
    const string = take('string')
    if (string !== null) {
      keep(string.slice(1, -1))
      continue
    }
    const mayDivide = /[\w$)\]}"]$/.test(last) && !BEFORE_REGEXP.has(last)
    if (text[at] === '/' && !mayDivide && take('regexp') !== null) {
      put('0')
      continue
    }
    const word = take('word')
    if (word !== null) {
      put(word)
      continue
    }
    const character = text[at++] ?? ''
    if (character === '`') chunk(true)
    else if (character === '}' && braces.pop() === 'template') chunk(false)
    else {
      if (character === '{') braces.push('block')
      put(character)
    }
  }
  return { code, strings }
}
