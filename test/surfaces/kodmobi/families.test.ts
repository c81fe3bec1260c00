import { expect } from 'chai'
import { freshPhone, Project } from '#test/kodmobi'
import { Asker, FAMILIES } from '#test/kodmobi-families'
import { CHECKING } from '#test/kodmobi-scenarios/checking'
import { REFUSING } from '#test/kodmobi-scenarios/refusing'
import { SENDING } from '#test/kodmobi-scenarios/sending'
import { World } from '#test/world'

describe('Every family of the kod.mobi API', () => {
  let world: World
  let projects: ReadonlyMap<string, Project>

  before(async () => {
    // Time stands still until it is moved: what is left of a minute is the same on a slow machine.
    world = await World.start({ SPEND_PER_HOUR: '100000' }, { isOneTime: true })
    projects = new Map(await Promise.all(FAMILIES.map(async ({ name }) => [name, await Project.begin(world)] as const)))
  })
  after(() => world.end())

  for (const { name, tell, ends } of [...SENDING, ...CHECKING, ...REFUSING]) {
    describe(`answers that ${name}:`, () => {
      for (const family of FAMILIES) {
        it(family.name, async () => {
          const asker = new Asker(family, projects.get(family.name) as Project)
          expect(await tell({ world, asker, phone: freshPhone() })).to.deep.equal(ends)
        })
      }
    })
  }
})
