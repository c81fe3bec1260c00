import type { Json, Person } from '#test/people'

/** A new widget of somebody's, for their primary tag unless another is named. */
export async function newWidget(owner: Person, kind: string, wanted: Json = {}): Promise<Json> {
  const { status, body } = await owner.post('/widgets', { ktag_id: owner.user.primary_ktag.id, kind, ...wanted })
  if (status !== 201) throw new Error(`No widget came about: ${JSON.stringify(body)}`)
  return body
}
