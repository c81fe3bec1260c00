import { posix } from 'node:path'
import type { SourceFile } from '#test/kit-imports'

/** Who may import something: rooms by name, files and folders (ending in `/`) by path, `*` for one part of a path. */
export interface Permission {
  readonly by: readonly string[]
  /** Those who may import its types, and nothing that runs. */
  readonly types?: readonly string[]
}

type Doors = Readonly<Record<string, string | { readonly source: string; readonly default: string }>>

/** The import map, what others may import of us, and the packages of the project. */
export interface Manifest {
  readonly imports: Doors
  readonly exports: Doors
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Rooms that are not there in production. */
const DEVELOPERS: ReadonlySet<string> = new Set(['test', 'bench'])

const ROOM_FOLDERS: readonly (readonly [folder: string, room: string])[] = [
  ['server/kit/', 'kit'],
  ['server/domain/', 'domain'],
  ['server/gateways/', 'gateways'],
  ['server/surfaces/', 'surfaces'],
  ['server/consumers/', 'consumers'],
  ['server/jobs/', 'jobs'],
  ['server/admin/', 'admin'],
  ['server/', 'server'],
  ['telephony/simulator/', 'simulator'],
]

/** The room a file lies in. */
export function roomOf(path: string): string {
  return ROOM_FOLDERS.find(([folder]) => path.startsWith(folder))?.[1] ?? path.split('/', 1)[0] ?? ''
}

/** Rooms that consist of modules which see each other by their doors only; of others, the room itself. */
function moduleOf(path: string): string {
  const room = roomOf(path)
  return ['domain', 'gateways', 'surfaces'].includes(room) ? `${room}/${path.split('/')[2]}` : room
}

/** The file that a relative or a `#` import means, from the root; null for packages and for doors there are none of. */
export function resolve(manifest: Manifest, from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier))
  for (const [door, target] of Object.entries(manifest.imports)) {
    const [head = '', tail] = door.split('*')
    const isThis = tail === undefined ? specifier === door : specifier.startsWith(head)
    if (!isThis) continue
    const path = typeof target === 'string' ? target : target.source
    return posix.normalize(path.replace('*', specifier.slice(head.length)))
  }
  return null
}

/** Imports of rooms that the table does not permit. */
export function trespasses(
  files: readonly SourceFile[],
  manifest: Manifest,
  table: Readonly<Record<string, Permission>>,
): readonly string[] {
  return eachImport(files, ({ path }, specifier, isType) => {
    const target = resolve(manifest, path, specifier)
    if (target === null || roomOf(path) === 'test' || moduleOf(target) === moduleOf(path)) return null
    return isPermitted(table[roomOf(target)], path, isType) ? null : `${path} may not import ${specifier}`
  })
}

/** Imports that go through a wall: relative ones out of the room, `#` within it, and back doors that are for others. */
export function walls(
  files: readonly SourceFile[],
  manifest: Manifest,
  backDoors: Readonly<Record<string, Permission>>,
): readonly string[] {
  return eachImport(files, ({ path }, specifier, isType) => {
    const target = resolve(manifest, path, specifier)
    if (specifier.includes('../../')) return `${path} climbs to ${specifier}`
    if (specifier.startsWith('#') && target === null) return `${path} knocks at ${specifier}, where no door is`
    if (target === null) return null
    const isInside = moduleOf(target) === moduleOf(path)
    if (specifier.startsWith('.')) return isInside ? null : `${path} leaves its room by ${specifier}, not by '#'`
    if (roomOf(path) === 'test') return null
    const back = Object.keys(backDoors).find((door) => specifier.startsWith(door))
    if (back && !isPermitted(backDoors[back], path, isType)) return `${path} takes ${specifier}, a back door`
    return isInside ? `${path} enters its own room by ${specifier}` : null
  })
}

/** Packages that are imported outside the files that own them, or that the project does not depend on. */
export function strangers(
  files: readonly SourceFile[],
  manifest: Manifest,
  owners: Readonly<Record<string, Permission>>,
): readonly string[] {
  return eachImport(files, ({ path }, specifier, isType) => {
    const name = packageOf(specifier)
    if (name === null) return null
    const isOurs = name in manifest.dependencies || name in manifest.optionalDependencies
    if (!isOurs && !(DEVELOPERS.has(roomOf(path)) && name in manifest.devDependencies)) {
      return `${path} imports ${name}, which is no dependency`
    }
    return isPermitted(owners[name], path, isType) ? null : `${path} may not import ${name}`
  })
}

/** Dependencies that nothing imports, but for those that are named with a reason. */
export function idle(files: readonly SourceFile[], manifest: Manifest, reasons: readonly string[]): readonly string[] {
  const used = new Set(files.flatMap(({ imports }) => imports.map(({ specifier }) => packageOf(specifier ?? ''))))
  const depended = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].flatMap(Object.keys)
  return [
    ...depended.filter((name) => !used.has(name) && !reasons.includes(name)).map((name) => `nothing imports ${name}`),
    ...reasons.filter((name) => used.has(name)).map((name) => `${name} needs no excuse: it is imported`),
    ...reasons.filter((name) => !depended.includes(name)).map((name) => `${name} is excused and no dependency`),
  ]
}

/** Circles among the modules of the domain, types counted. */
export function moduleCircles(files: readonly SourceFile[], manifest: Manifest): readonly string[] {
  const inside = files.filter(({ path }) => roomOf(path) === 'domain')
  return circles(inside, manifest, { name: moduleOf, withTypes: true })
}

/**
 * Circles among files at run time. Statements about types alone are left out: nothing of them is left when the code
 * runs; `import { type … }` is counted, since `verbatimModuleSyntax` keeps the import.
 */
export function fileCircles(files: readonly SourceFile[], manifest: Manifest): readonly string[] {
  return circles(files, manifest, { name: (path) => path, withTypes: false })
}

/** Circles among the files of one folder, types counted: there, data flows in one direction. */
export function folderCircles(files: readonly SourceFile[], manifest: Manifest, folder: string): readonly string[] {
  const inside = files.filter(({ path }) => path.startsWith(folder))
  return circles(inside, manifest, { name: (path) => path, withTypes: true })
}

/** Files of the domain that ask the database and are no stores. */
export function verbsWithSql(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path, code }) => roomOf(path) === 'domain' && /\.\s*sql\b/.test(code))
    .filter(({ path }) => !/\/([\w-]+-)?store\.ts$/.test(path))
    .map(({ path }) => `${path} asks the database: that belongs into the module's store.ts`)
}

/** Imports out of the folder that a file lies in, packages and Node's own modules among them. */
export function outsiders(files: readonly SourceFile[]): readonly string[] {
  return eachImport(files, ({ path }, specifier) =>
    specifier.startsWith('./') ? null : `${path} imports ${specifier}, which is not of its own folder`,
  )
}

/** Imports whose name is only known at run time, where no rule can see them. */
export function blind(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ imports }) => imports.some(({ specifier }) => specifier === null))
    .map(({ path }) => `${path} imports by a computed name`)
}

function eachImport(
  files: readonly SourceFile[],
  judge: (file: SourceFile, specifier: string, isType: boolean) => string | null,
): readonly string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, isType }) => (specifier === null ? [] : (judge(file, specifier, isType) ?? []))),
  )
}

function isPermitted(permission: Permission | undefined, path: string, isType: boolean): boolean {
  const named = [...(permission?.by ?? []), ...(isType ? (permission?.types ?? []) : [])]
  return named.some((who) => who === roomOf(path) || isAt(who, path))
}

function isAt(pattern: string, path: string): boolean {
  const expression = pattern.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]+')
  return new RegExp(`^${expression}${pattern.endsWith('/') ? '' : '$'}`).test(path)
}

/** The package a specifier names, without the path in it; null for our own files and for Node's modules. */
function packageOf(specifier: string): string | null {
  if (specifier === '' || /^([.#]|node:)/.test(specifier)) return null
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function circles(
  files: readonly SourceFile[],
  manifest: Manifest,
  { name, withTypes }: { name: (path: string) => string; withTypes: boolean },
): readonly string[] {
  const graph = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const from = name(path)
    const onto = graph.get(from) ?? new Set()
    graph.set(from, onto)
    for (const { specifier, isType } of imports) {
      const target = specifier === null || (isType && !withTypes) ? null : resolve(manifest, path, specifier)
      if (target !== null && name(target) !== from) onto.add(name(target))
    }
  }
  const found: string[] = []
  const done = new Set<string>()
  const walk = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) found.push([...trail.slice(trail.indexOf(node)), node].join(' → '))
    if (trail.includes(node) || done.has(node)) return
    for (const next of graph.get(node) ?? []) walk(next, [...trail, node])
    done.add(node)
  }
  for (const node of graph.keys()) walk(node, [])
  return found
}
