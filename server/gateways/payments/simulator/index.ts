import { PaymentSimulator, type PaymentSimulatorOptions } from './simulator.ts'

export { PaymentSimulator, type PaymentSimulatorOptions } from './simulator.ts'

/** Bring up a stand-in for Stripe on loopback. */
export async function startPaymentSimulator(options: PaymentSimulatorOptions): Promise<PaymentSimulator> {
  const simulator = new PaymentSimulator(options)
  await simulator.listen()
  return simulator
}
