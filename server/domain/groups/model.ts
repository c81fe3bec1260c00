/** Some of a person's contacts under one name. */
export interface Group {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly memberCount: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What is to change; absent keys stay, `contactIds` replaces all members. */
export interface GroupChanges {
  readonly name?: string
  readonly contactIds?: readonly string[]
}

/** What a name is told apart by: how its letters are written, and how far its words stand apart, make no difference. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}
