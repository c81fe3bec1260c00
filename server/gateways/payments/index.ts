export { PaymentSimulator, type PaymentSimulatorOptions, startPaymentSimulator } from './simulator/index.ts'
export { type StripeAccount, stripeTill } from './till.ts'
export { readStripeWebhook, type Told } from './webhook.ts'
