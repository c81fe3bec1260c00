export { doubter, legSubject, roomSubject, watchNumbers } from './gaps.ts'
export { reconcileOrders } from './orders.ts'
export { type MendedCounts, Reconciler, type ReconcilerOptions } from './reconciler.ts'
