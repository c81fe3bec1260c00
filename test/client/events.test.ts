import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { declared } from '#test/kadoink-endpoints'

const GUIDE = join(import.meta.dirname, '../../docs/realtime.md')

describe('The events of the sockets', () => {
  const events = Object.entries(declared.live?.events ?? {}).map(([event, { topic }]) => `${topic}: ${event}`)

  it('stand in the guide for app developers, each under its topic, and nothing else does', () => {
    expect(events).to.have.length.above(30)
    expect(eventsInGuide()).to.have.members(events)
  })

  it('belong to topics that an app may name', () => {
    const topics = new Set(events.map((event) => event.split(':', 1)[0]))
    expect(declared.live?.topics).to.include.members([...topics])
  })
})

/** The rows of the table of events: `| topic | events | data |`, where an empty topic is the one above. */
function eventsInGuide(): readonly string[] {
  const found: string[] = []
  let topic = ''
  const lines = readFileSync(GUIDE, 'utf8').split('\n')
  const rows = lines.slice(lines.indexOf('| topic | event | data |') + 2)
  for (const row of rows.slice(0, rows.indexOf(''))) {
    const [, first = '', second = ''] = row.split('|')
    topic = named(first)[0] ?? topic
    for (const event of named(second)) found.push(`${topic}: ${event}`)
  }
  return found
}

function named(cell: string): readonly string[] {
  return [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name ?? '')
}
