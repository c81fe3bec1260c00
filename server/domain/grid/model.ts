/** A place on a grid with the contact that stands there. */
export interface Cell {
  /** Counts from 0: rows from the top, in a row from the left. */
  readonly position: number
  readonly contactId: string
  /** The plan's grid ends before it: it is shown and not called. */
  readonly isOverLimit: boolean
}

/** A person's board of contacts that are called together. */
export interface Grid {
  /** How many cells the plan gives. */
  readonly slots: number
  readonly rows: number
  readonly cols: number
  /** The cells that are taken, by position. */
  readonly cells: readonly Cell[]
  readonly updatedAt: Date
}

/** The rows and columns in which so many cells are laid out: as square as they can be, rather wide than high. */
export function layout(slots: number): { readonly rows: number; readonly cols: number } {
  const cols = Math.ceil(Math.sqrt(slots))
  return { rows: cols === 0 ? 0 : Math.ceil(slots / cols), cols }
}
