import { listRoutes } from '#kit/routes'
import type { Command } from './command.ts'

export const showRoutes: Command = {
  words: ['routes'],
  takes: '[--json]',
  summary: 'every address that the APIs and their pages answer at, aliases too',
  async run({ surfaces, write }, args) {
    const routes = listRoutes(surfaces)
    if (args.includes('--json')) return write(`${JSON.stringify(routes, null, 2)}\n`)
    const widest = Math.max(...routes.map(({ path }) => path.length))
    for (const { surface, method, path, summary } of routes)
      await write(`${surface.padEnd(8)} ${method.padEnd(7)} ${path.padEnd(widest)}  ${summary}\n`)
  },
}
