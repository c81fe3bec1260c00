import { holdPresent, type User, byId as userById } from '#domain/accounts'
import * as allowance from '#domain/allowance'
import { limitsOf } from '#domain/billing'
import * as tags from '#domain/tags'
import { queueBatch, withdraw } from '#domain/texts'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { forEachApart } from '#kit/each'
import type { Database, Unit } from '#kit/unit'
import { FanoutBegun } from './events.ts'
import * as fanoutStore from './fanout-store.ts'
import { RULES, type Status } from './model.ts'
import { quietUntil } from './quiet.ts'
import * as store from './store.ts'

const PURPOSE = 'status'
const STATUSES_AT_ONCE = 100

/**
 * Have a new status texted to those who follow its tag, in the unit that posts it: whom it goes to is written down, and
 * counts against the author's month. Throws `PlanLimitReached`.
 */
export async function begin(unit: Unit, author: User, ktag: tags.Ktag, status: Status): Promise<void> {
  const recipients = await tags.countTexted(unit, ktag, author.id)
  const most = limitsOf(author).textedFollowersPerStatus
  const followers = recipients === 0 ? [] : await tags.followersToText(unit, ktag, author.id, { most })
  await allowance.spend(unit, author, { key: status.id, recipients: followers.length })
  const lookAt = secondsAfter(unit.now, RULES.lookSeconds)
  const fanout = { statusId: status.id, authorId: author.id, ktagId: ktag.id, recipients, lookAt }
  await fanoutStore.insert(unit, fanout, followers)
  if (followers.length > 0) unit.emit(FanoutBegun, { status_id: status.id }, [])
}

/**
 * Hand on what is due of the texts of a status, a hundred in a unit. Killed in between, it goes on where it was; run
 * twice at once, it does nothing twice.
 */
export async function release(database: Database, statusId: string): Promise<void> {
  while (await database.write((unit) => releaseSome(unit, statusId)));
}

/** Hand on whatever is due of the texts of any status: quiet hours are over, or the author's hour is. */
export async function releaseDue(database: Database): Promise<void> {
  const due = await database.read((view) => fanoutStore.listWithDue(view, STATUSES_AT_ONCE))
  await forEachApart(due, (statusId) => release(database, statusId))
}

/** A status is taken back: what has not been handed to the carrier will not be. */
export async function stop(unit: Unit, statusId: string): Promise<void> {
  if (!(await fanoutStore.lock(unit, statusId))) return
  const counts = (await fanoutStore.countStates(unit, [statusId])).get(statusId)
  const withdrawn = await withdraw(unit, statusId)
  await allowance.refund(unit, statusId, withdrawn + (counts?.waiting ?? 0))
}

async function releaseSome(unit: Unit, statusId: string): Promise<boolean> {
  const known = await fanoutStore.find(unit, statusId)
  if (known?.state !== 'running') return false
  // Before the fan-out's row: whoever counts for a person holds them first.
  if (!(await holdPresent(unit, known.author_id))) return false
  const fanout = await fanoutStore.lock(unit, statusId)
  if (fanout?.state !== 'running') return false
  const due = await fanoutStore.listDue(unit, statusId, RULES.releasedAtOnce)
  if (due.length === 0) return false

  const { go, skip, later } = await sort(unit, fanout, due)
  const given = await allowance.takeOfHour(unit, fanout.author_id, go.length)
  const words = go.length > 0 ? await wording(unit, statusId) : ''
  const released = go.slice(0, given)
  const validSeconds = secondsUntil(unit.now, deadline(fanout))
  await queueBatch(
    unit,
    { batchId: statusId, body: words, purpose: PURPOSE, validSeconds, isHintedAtFirst: true },
    released,
  )
  await fanoutStore.setState(unit, statusId, released, 'released')
  await fanoutStore.setState(unit, statusId, skip, 'skipped')
  await allowance.refund(unit, statusId, skip.length)
  await fanoutStore.defer(unit, statusId, go.slice(given), secondsAfter(unit.now, RULES.hourSeconds))
  for (const [phone, until] of later) await fanoutStore.defer(unit, statusId, [phone], until)
  return true
}

/**
 * What is to be done with texts that are due: followers may have left, have another number, or be asleep; and a status
 * from half a day ago is texted to nobody.
 */
async function sort(unit: Unit, fanout: fanoutStore.Fanout, due: readonly fanoutStore.Waiting[]) {
  const [go, skip, later]: [string[], string[], Map<string, Date>] = [[], [], new Map()]
  const wanted = await stillWanted(unit, fanout, due)
  const until = deadline(fanout)
  for (const { phone, follower_id } of due) {
    const follower = wanted.get(phone)
    const quiet = follower ? quietUntil(unit.now, follower.quiet) : null
    // A number that is somebody else's by now is no follower's.
    const isGone = !follower || (follower.id ?? follower_id) !== (follower_id ?? follower.id)
    if (isGone || unit.now >= until || (quiet && quiet >= until)) skip.push(phone)
    else if (quiet) later.set(phone, quiet)
    else go.push(phone)
  }
  return { go, skip, later }
}

/** Those who still want the texts of the tag, by phone; nobody when the tag or the status is gone, or its author may not speak. */
async function stillWanted(
  unit: Unit,
  { status_id, author_id, ktag_id }: fanoutStore.Fanout,
  due: readonly fanoutStore.Waiting[],
): Promise<ReadonlyMap<string, tags.Textable>> {
  const ktag = await tags.byId(unit, ktag_id)
  const author = await userById(unit, author_id)
  if (!ktag || !author || author.suspendedAt || !(await store.find(unit, status_id))) return new Map()
  const among = due.map(({ phone }) => phone)
  const followers = await tags.followersToText(unit, ktag, author_id, { among, most: among.length })
  return new Map(followers.map((follower) => [follower.phone, follower]))
}

/** The status as it reads now: whoever is texted late is texted what has been put right. */
async function wording(unit: Unit, statusId: string): Promise<string> {
  const status = await store.find(unit, statusId)
  const ktag = status && (await tags.byId(unit, status.ktagId))
  if (!status || !ktag) throw new Error('A status that is gone was about to be texted.')
  // What cannot be texted is to be seen where everybody may look; who follows a private tag looks into the app.
  const link = status.fileId !== null && ktag.visibility === 'public' ? `\n${unit.site.publicUrl}/*${ktag.name}` : ''
  return `*${ktag.name}: ${status.body}${link}`
}

function deadline({ created_at }: fanoutStore.Fanout): Date {
  return secondsAfter(created_at, RULES.textValidSeconds)
}
