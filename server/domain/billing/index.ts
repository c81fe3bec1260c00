export { type Month, monthOf } from './months.ts'
export { type Limits, limitsOf, PLANS, type Plan, PlanLimitReached } from './plans.ts'
