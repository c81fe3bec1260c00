export { type Limits, limitsOf, type Plan, PlanLimitReached } from './plans.ts'
