import type { Unit, View } from '#kit/unit'
import { JobFinished, JobNotFound } from './faults.ts'
import type { Job, JobState } from './model.ts'
import { announce, cancel, get } from './schedule.ts'
import * as store from './store.ts'

/** Jobs of everybody in some states, the next first: for operators. */
export async function listAll(view: View, states: readonly JobState[], most: number): Promise<readonly Job[]> {
  return store.listAll(view, states, most)
}

/** Cancel whoever's job it is: for operators. Throws what `cancel` throws. */
export async function cancelAny(unit: Unit, id: string): Promise<Job> {
  return cancel(unit, { id: await ownerOf(unit, id) }, id)
}

/**
 * Have a job that has failed done now, or one that waits for its next attempt without waiting: for operators. Throws
 * `JobNotFound`, and `JobFinished` for what is done, cancelled or running.
 */
export async function retry(unit: Unit, id: string): Promise<Job> {
  const owner = { id: await ownerOf(unit, id) }
  const job = await store.lock(unit, owner.id, id)
  if (!job) throw JobNotFound()
  if (job.state !== 'failed' && job.state !== 'scheduled') throw JobFinished({ message: `That job is ${job.state}.` })
  const now = await store.timeOf(unit)
  await store.advance(unit, id, { state: 'scheduled', wakeAt: now, runAt: now, isFresh: true })
  announce(unit, job, 'updated')
  return get(unit, owner, id)
}

async function ownerOf(view: View, id: string): Promise<string> {
  const ownerId = await store.ownerOf(view, id)
  if (ownerId === null) throw JobNotFound()
  return ownerId
}
