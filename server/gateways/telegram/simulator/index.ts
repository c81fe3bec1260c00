import { TelegramSimulator, type TelegramSimulatorOptions } from './simulator.ts'

export { TelegramSimulator, type TelegramSimulatorOptions } from './simulator.ts'

/** Start a stand-in for Telegram on loopback, on a free port when none is given. */
export async function startTelegramSimulator(options: TelegramSimulatorOptions): Promise<TelegramSimulator> {
  const simulator = new TelegramSimulator(options)
  await simulator.listen()
  return simulator
}
