export { INTERVALS, type Interval, type OwnSubscription, STATUSES, type Standing, type Status } from './model.ts'
export { subscriptionOf } from './subscriptions.ts'
