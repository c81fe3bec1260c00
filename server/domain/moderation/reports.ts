import { hold, type User, updateProfile, byId as userById } from '#domain/accounts'
import { hide } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import { ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { ReportFiled } from './events.ts'
import { AlreadyReported } from './faults.ts'
import { type Report, type Reporter, RULES, type Target, type WantedReport } from './model.ts'
import * as store from './store.ts'
import { targetOf } from './targets.ts'

/**
 * Report something that one may see, once while it has not been decided. The fifth person within a day hides a public tag
 * from the search. Throws `TargetNotFound`, `AlreadyReported`, `ValidationFailed`.
 */
export async function file(unit: Unit, reporter: Reporter, wanted: WantedReport): Promise<Report> {
  const target = await targetOf(unit, reporter.user, wanted.target)
  assertFit(reporter, target, wanted)
  // Whoever reports the same thing waits: the first report is one, and the fifth is counted once.
  await store.lockTarget(unit, target)
  const isFirst = !(await store.hasOpen(unit, target))
  const report = await store.insert(unit, { ...wanted, id: newId(), target, reporter })
  if (!report) throw AlreadyReported()
  if (wanted.block && reporter.user && target.ownerId !== null) await block(unit, reporter.user, target.ownerId)
  const isHidden = target.type === 'ktag' && (await hideIfMany(unit, target))
  unit.emit(ReportFiled, { report_id: report.id, is_first: isFirst, hides_ktag: isHidden }, [])
  return report
}

/** A report, for those who decide; null when it is gone. */
export async function find(view: View, id: string): Promise<Report | null> {
  return store.find(view, id)
}

function assertFit({ user }: Reporter, { ownerId }: Target, { target, block: isBlocking }: WantedReport): void {
  if (isBlocking && !user) throw ValidationFailed({ fields: { block: 'Sign in to block somebody.' } })
  if (user && ownerId === user.id) {
    throw ValidationFailed({ fields: { ['name' in target ? 'ktag' : 'target_id']: 'This is your own.' } })
  }
}

async function block(unit: Unit, { id }: User, blockedId: string): Promise<void> {
  await hold(unit, id)
  const user = await userById(unit, id)
  if (!user || user.settings.blocked.includes(blockedId)) return
  if (user.settings.blocked.length >= RULES.mostBlocked) {
    throw ValidationFailed({ fields: { block: 'Your list of blocked people is full.' } })
  }
  await updateProfile(unit, user, { settings: { blocked: [...user.settings.blocked, blockedId] } })
}

async function hideIfMany(unit: Unit, target: Target): Promise<boolean> {
  const people = await store.countPeople(unit, target, secondsAfter(unit.now, -RULES.hidingSeconds))
  return people >= RULES.hidingPeople && (await hide(unit, target.id))
}
