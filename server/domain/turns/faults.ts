import { defineFault } from '#kit/fault'

/** So many wait already that nobody more would be rung within a useful time. */
export const LinesBusy = defineFault('lines_busy', 'unavailable', 'All our lines are busy. Try again in a while.')
