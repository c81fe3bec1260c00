import type { Json, Person } from '#test/people'

/** An invite that somebody has sent, as the answer shows it. */
export async function invite(sender: Person, wanted: Json): Promise<Json> {
  const { status, body } = await sender.post('/invites', wanted)
  if (status !== 201) throw new Error(`Nobody was invited: ${JSON.stringify(body)}`)
  return body
}

/** What a phone was sent that invites it. */
export async function invitationsOn(sender: Person, phone: string): Promise<string[]> {
  await sender.world.textsArrive()
  return sender.world.carrier
    .handset(phone)
    .texts.map(({ body }) => body)
    .filter((body) => body.includes(' invites you to '))
}

/** The invites of a list, as its owner sees them. */
export async function invitesOf(reader: Person, query = ''): Promise<Json[]> {
  return (await reader.get(`/me/invites${query}`)).body.items
}
