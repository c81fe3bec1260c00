export type { Purchase } from './model.ts'
export { assertWithinBudget, pay, spentInHour, tidy } from './spending.ts'
