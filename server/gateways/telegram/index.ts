export { type TelegramAccount, type TelegramBot, TelegramError, type TelegramMessage, telegramBot } from './bot.ts'
export { startTelegramSimulator, type TelegramSimulator, type TelegramSimulatorOptions } from './simulator/index.ts'
export { readTelegramUpdate } from './updates.ts'
