export { type Plan, PlanLimitReached, type PlanLimits, planLimits } from './plans.ts'
