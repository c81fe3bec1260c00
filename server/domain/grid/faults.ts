import { defineFault } from '#kit/fault'

/** A contact that is not the owner's, or not on the grid. */
export const GridContactNotFound = defineFault('not_found', 'missing', 'There is no such contact.')
export const AlreadyInGrid = defineFault('already_in_grid', 'conflict', 'They are on your grid already.')
export const PositionTaken = defineFault('position_taken', 'conflict', 'Somebody else is in this cell.')
