import type { User } from '#domain/accounts'
import { inGroup } from '#domain/contacts'
import { keep as keepGroup } from '#domain/groups'
import type { Unit } from '#kit/unit'
import { NothingToDial } from './faults.ts'
import type { Dialable } from './participants.ts'

/**
 * Everybody in a group who has a mobile; the group stays until the unit ends. `field` is what refusals are about.
 * Throws `GroupNotFound`, `NothingToDial`.
 */
export async function inCalledGroup(
  unit: Unit,
  host: User,
  groupId: string,
  field: string,
): Promise<readonly Dialable[]> {
  const group = await keepGroup(unit, host, groupId)
  const dialable = (await inGroup(unit, host.id, groupId)).flatMap(({ id, name, mobile }) =>
    mobile === null ? [] : [{ phone: mobile, name, contactId: id }],
  )
  if (dialable.length > 0) return dialable
  throw NothingToDial({ fields: { [field]: `Nobody in ${group.name} has a mobile number.` } })
}
