import { pathOf } from '#test/kadoink-endpoints'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'

/**
 * What somebody has, by where its id stands in a request: `contacts.contact_id` is a parameter below `/contacts`,
 * `.contact_id` a field of a body.
 */
export type Belongings = Readonly<Record<string, string>>

/** Give somebody one of everything that has an id, none of it meant for others: the tag is private, a call is running. */
export async function furnish(owner: Person): Promise<Belongings> {
  const { world } = owner
  await leaveVoicemail(world, owner, [world.freshNumber()])
  const [message] = (await owner.get('/inbox')).body.items
  const [session] = (await owner.get('/auth/sessions')).body.items
  const file: string = message.media[0].file_id
  const ktag = await newTag(owner, { visibility: 'private' })
  const { contact_id: contact } = await owner.knows('Friend', world.freshNumber())
  const group = await made(owner, '/groups', { name: 'Band', contact_ids: [contact] })
  await made(owner, '/grid/members', { contact_id: contact })
  const status = await made(owner, '/statuses', { body: 'Among us', ktag_id: ktag.id })
  const widget = await made(owner, '/widgets', { ktag_id: ktag.id, kind: 'message' })
  const invite = await made(owner, '/invites', { mobile: world.freshNumber() })
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const event = await made(owner, '/calendar/events', { title: 'Gig', starts_at: tomorrow })
  const job = await made(owner, '/statuses', { body: 'Later', scheduled_at: tomorrow }, 202)
  const handle = await made(owner, '/me/im-identities', { network: 'matrix', handle: '@friend:example.org' })
  const call = await made(owner, '/calls', { to: [{ contact_id: contact }] })
  return {
    'auth.session_id': session.id,
    'calendar.event_id': event.id,
    'calls.id': call.participants.at(-1).id,
    'contacts.contact_id': contact,
    'files.file_id': file,
    'files.id': file,
    'grid.contact_id': contact,
    'groups.group_id': group.id,
    'groups.contact_id': contact,
    'inbox.message_id': message.id,
    'invites.invite_id': invite.id,
    'me.im_id': handle.id,
    'ktags.ktag_id': ktag.id,
    'scheduled-jobs.job_id': job.id,
    'statuses.post_id': status.id,
    'profiles.ktag': ktag.name,
    'widgets.widget_id': widget.id,
    '.ktag_id': ktag.id,
    '.contact_id': contact,
    '.contact_ids': contact,
    '.group_id': group.id,
    '.reply_to_message_id': message.id,
    '.primary_ktag_id': ktag.id,
    '.voicemail_greeting_file_id': file,
    '.avatar_file_id': file,
  }
}

/** A path with every parameter filled in with what somebody has. Throws when they have nothing that fits. */
export function pathTo(belongings: Belongings, path: string): string {
  const [, room] = path.split('/')
  return path.replace(/\{(\w+)\}/g, (_, name) => belonging(belongings, `${room}.${name}`))
}

/** What somebody has by this name. Throws when it is not in the table above: a new kind of thing needs a line there. */
export function belonging(belongings: Belongings, name: string): string {
  const found = belongings[name]
  if (found === undefined) throw new Error(`Nobody owns ${name}: add it to what people have.`)
  return found
}

/** The same path for things that nobody has. */
export function pathToNothing(path: string): string {
  return pathOf({ path: path as `/${string}` })
}

async function made(owner: Person, path: string, body: Json, status = 201): Promise<Json> {
  const answer = await owner.post(path, body)
  if (answer.status !== status) throw new Error(`${path} made nothing: ${JSON.stringify(answer.body)}`)
  return answer.body
}
