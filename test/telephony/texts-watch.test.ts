import { expect } from 'chai'
import { newId } from '#kit/id'
import { createLog } from '#kit/log'
import { watchTexts } from '#telephony'
import { say, textsTo } from '#test/texts-stage'
import { World } from '#test/world'

const METRICS_TOKEN = 'a-token-for-the-metrics'

describe('Texts that networks filter', () => {
  let world: World

  before(async () => {
    world = await World.start({ METRICS_TOKEN })
  })
  after(() => world.end())

  /** So many texts of the last hour from a number of ours, so many of them with this error. */
  async function sent(ourNumber: string, count: number, failed: number, error_code: number): Promise<void> {
    const phone = world.freshNumber()
    await say(world, phone, 'One of many')
    await world.textsArrive()
    const [one] = await textsTo(world, phone)
    const rows = Array.from({ length: count }, (_, index) => ({
      ...one,
      id: newId(),
      carrier_id: null,
      our_number: ourNumber,
      ...(index < failed ? { status: 'undelivered', error_code } : {}),
    }))
    await world.running.database.sql.batchInsert('texts', rows, 500)
  }

  async function warnings(): Promise<readonly string[]> {
    const lines: string[] = []
    const log = createLog('warn', { write: (line: string) => void lines.push(line) })
    await watchTexts({ database: world.running.database, log })
    return lines
  }

  it('are warned of once a tenth of a number’s texts is lost, not for a few, not for other reasons', async () => {
    await sent('+15005550101', 19, 19, 30007)
    await sent('+15005550102', 100, 9, 30007)
    await sent('+15005550103', 100, 100, 30005)
    expect(await warnings()).to.deep.equal([])

    await sent('+15005550104', 100, 10, 30034)
    await sent('+15005550105', 30, 4, 30008)
    const said = await warnings()
    expect(said).to.have.lengthOf(2)
    expect(said.join('')).to.include('***0104').and.include('***0105').and.include('"failed":10')
    await world.moveClock(3_700)
    expect(await warnings()).to.deep.equal([])
  })

  it('are counted by the carrier’s error number', async () => {
    const lost = async (code: number) => {
      const phone = world.freshNumber()
      world.carrier.handset(phone).script({ undelivered: code })
      await say(world, phone, 'Hello')
      await world.textsArrive()
    }
    for (const code of [30007, 30007, 31999]) await lost(code)
    const answer = await fetch(`${world.url}/metrics`, { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } })
    const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('kadoink_text_reports_total'))
    const count = (error: string) =>
      lines
        .find((line) => line.includes(`error="${error}"`))
        ?.split(' ')
        .at(-1)
    expect(count('30007')).to.equal('2')
    expect(count('other')).to.equal('1')
    expect(lines.join('')).not.to.include('31999')
    expect(Number(count('none'))).to.be.above(0)
  })
})
