import { z } from 'zod'
import type { Follow, Ktag, SeenKtag } from '#domain/tags'
import { StampSchema, stamp } from '../dialect/stamp.ts'

export const VisibilitySchema = z.enum(['public', 'private'])
export const PostPolicySchema = z.enum(['owner', 'followers'])
export const ContactPolicySchema = z.enum(['anyone', 'followers', 'nobody'])

/** A *tag in brief. */
export const KtagRefSchema = z
  .object({ id: z.string(), name: z.string(), title: z.string().nullable(), avatar_url: z.string().nullable() })
  .meta({ id: 'KtagRef' })

/** A *tag as everybody sees it who may see it. */
export const OpenKtagSchema = KtagRefSchema.extend({
  description: z.string().nullable(),
  visibility: VisibilitySchema,
  post_policy: PostPolicySchema,
  message_policy: ContactPolicySchema,
  call_policy: ContactPolicySchema,
  voicemail: z.boolean().describe('Whether callers may leave messages.'),
  extension: z.string().describe('Six digits that reach the tag from a keypad.'),
  is_primary: z.boolean(),
  follower_count: z.number().int(),
  created_at: StampSchema,
  updated_at: StampSchema,
})

/** A *tag with what it is to the one who asks. */
export const KtagSchema = OpenKtagSchema.extend({
  is_owner: z.boolean(),
  following: z.boolean(),
  texts: z.boolean().describe('Whether you get its texts.'),
  calls: z.boolean().describe('Whether your phone rings when its owner calls it.'),
}).meta({ id: 'Ktag' })

export const FollowSchema = z
  .object({
    ktag: KtagSchema,
    state: z.literal('active'),
    texts: z.boolean(),
    calls: z.boolean(),
    created_at: StampSchema,
  })
  .meta({ id: 'Follow' })

/** Write a tag in brief. */
export function presentKtagRef(ktag: Pick<Ktag, 'id' | 'name' | 'title' | 'avatarUrl'>): z.input<typeof KtagRefSchema> {
  return { id: ktag.id, name: ktag.name, title: ktag.title, avatar_url: ktag.avatarUrl }
}

/** Write a tag for many at once. */
export function presentOpenKtag(ktag: Ktag): z.input<typeof OpenKtagSchema> {
  return {
    ...presentKtagRef(ktag),
    description: ktag.description,
    visibility: ktag.visibility,
    post_policy: ktag.postPolicy,
    message_policy: ktag.messagePolicy,
    call_policy: ktag.callPolicy,
    voicemail: ktag.takesVoicemail,
    extension: ktag.extension,
    is_primary: ktag.isPrimary,
    follower_count: ktag.followerCount,
    created_at: stamp(ktag.createdAt),
    updated_at: stamp(ktag.updatedAt),
  }
}

/** Write a tag for one person. */
export function presentKtag({ ktag, isOwner, follow }: SeenKtag): z.input<typeof KtagSchema> {
  return {
    ...presentOpenKtag(ktag),
    is_owner: isOwner,
    following: follow !== null,
    texts: follow?.texts ?? false,
    calls: follow?.calls ?? false,
  }
}

/** Write a follow for the one who follows. */
export function presentFollow(follow: Follow): z.input<typeof FollowSchema> {
  const ktag = presentKtag(follow)
  const { texts, calls } = ktag
  return { ktag, state: 'active', texts, calls, created_at: stamp(follow.followedAt) }
}
