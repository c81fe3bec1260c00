import { byId as userById } from '#domain/accounts'
import * as calls from '#domain/calls'
import { find as findMessage } from '#domain/inbox'
import { byId as statusById } from '#domain/statuses'
import * as tags from '#domain/tags'
import { visitById } from '#domain/widgets'
import { Fault } from '#kit/fault'
import { IdSchema } from '#kit/id'
import type { View } from '#kit/unit'
import { TargetNotFound } from './faults.ts'
import { excerptOf, type Pointed, type Reporter, type Target } from './model.ts'

type Viewer = Reporter['user']

/** The thing that somebody points at, as far as they may see it. Throws `TargetNotFound`. */
export async function targetOf(view: View, viewer: Viewer, pointed: Pointed): Promise<Target> {
  try {
    return await look(view, viewer, pointed)
  } catch (error) {
    if (error instanceof Fault && ['missing', 'gone'].includes(error.type.kind)) throw TargetNotFound()
    throw error
  }
}

async function look(view: View, viewer: Viewer, pointed: Pointed): Promise<Target> {
  if ('name' in pointed) return ktag(await tags.getSeenByName(view, viewer, pointed.name))
  const { type, id } = pointed
  if (type === 'widget') return widget(view, id)
  if (!IdSchema.safeParse(id).success) throw TargetNotFound()
  return LOOK[type](view, viewer, id.toLowerCase())
}

const LOOK = {
  ktag: async (view: View, viewer: Viewer, id: string) => ktag(await tags.getSeen(view, viewer, id)),

  async status(view: View, viewer: Viewer, id: string): Promise<Target> {
    const status = await statusById(view, id)
    if (status.authorId !== viewer?.id) await tags.getSeen(view, viewer, status.ktagId)
    return { type: 'status', id, ownerId: status.authorId, excerpt: excerptOf(status.body) }
  },

  /** Only what lies in the reporter's own inbox. */
  async message(view: View, viewer: Viewer, id: string): Promise<Target> {
    const message = viewer && (await findMessage(view, viewer.id, id))
    if (!message) throw TargetNotFound()
    const excerpt = excerptOf(message.kind, message.body, message.transcript)
    return { type: 'message', id, ownerId: message.fromUserId, excerpt }
  },

  /** Only for who is or was on it, and while it is open to those who see its host's tag. */
  async call(view: View, viewer: Viewer, id: string): Promise<Target> {
    const { call, host, hostKtag, participants } = await calls.byId(view, id)
    const isOn = viewer !== null && participants.some(({ userId }) => userId === viewer.id)
    const isOpen = call.privacy === 'open' && call.endedAt === null
    if (!isOn && !(isOpen && hostKtag)) throw TargetNotFound()
    if (!isOn && hostKtag) await tags.getSeen(view, viewer, hostKtag.id)
    return { type: 'call', id, ownerId: host.id, excerpt: excerptOf(call.kind, call.title, host.name) }
  },

  async user(view: View, _viewer: Viewer, id: string): Promise<Target> {
    const user = await userById(view, id)
    if (!user || user.suspendedAt) throw TargetNotFound()
    return { type: 'user', id, ownerId: id, excerpt: excerptOf(user.username, user.name, user.bio) }
  },
}

function ktag({ ktag: { id, ownerId, name, title, description } }: tags.SeenKtag): Target {
  return { type: 'ktag', id, ownerId, excerpt: excerptOf(`*${name}`, title, description) }
}

async function widget(view: View, key: string): Promise<Target> {
  const shown = await visitById(view, key)
  const { id, kind, title } = shown.widget
  return { type: 'widget', id, ownerId: shown.owner.id, excerpt: excerptOf(kind, title, `*${shown.ktag.name}`) }
}
