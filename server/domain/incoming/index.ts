export { hear, type IncomingTools } from './incoming.ts'
export { forget, tidy } from './upkeep.ts'
