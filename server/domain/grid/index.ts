export { GridChanged } from './events.ts'
export { AlreadyInGrid, GridContactNotFound, PositionTaken } from './faults.ts'
export { add, count, forget, letGo, portable, positionOf, read, remove } from './grid.ts'
export type { Cell, Grid } from './model.ts'
