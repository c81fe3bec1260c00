import { expect } from 'chai'
import { freshName, newTag } from '#test/tags'
import { receivedBy } from '#test/texts-stage'
import { called, enters, friend, ownTag, type Row, type Stage } from './model.ts'

/** Bob has a tag, `*{jazz}`; Ann follows it when that is said. */
async function jazz(stage: Stage, { isFollowed = false } = {}): Promise<void> {
  const bob = await enters(stage, 'Bob')
  stage.things.jazz = await newTag(bob, { title: 'Jazz Club' })
  if (isFollowed) await stage.ann.post(`/ktags/${stage.things.jazz.id}/follow`)
}

const followed = (stage: Stage): Promise<void> => jazz(stage, { isFollowed: true })

/** Ann has a tag beside her primary one, `*{gig}`. */
const gig = (stage: Stage): Promise<void> => ownTag(stage, 'gig')

/** Bob has said something on his tag, which Ann follows. */
async function said(stage: Stage): Promise<void> {
  await followed(stage)
  const { others, things } = stage
  await others.Bob?.post('/statuses', { body: 'New set list', ktag_id: things.jazz.id, text_followers: false })
}

const follows = async ({ ann }: Stage) => (await ann.get('/follows')).body.items
const gigOf = async ({ ann, things }: Stage) => (await ann.get(`/ktags/${things.gig.id}`)).body

/** Whom one follows, what one's own tags are, who is invited. */
export const rows: readonly Row[] = [
  {
    text: 'follow *{jazz}',
    setting: jazz,
    reply: /^You follow \*\{jazz\}\. MUTE \w+ stops the texts\.$/,
    effect: async (stage) => expect(await follows(stage)).to.have.length(1),
  },
  {
    text: 'f {jazz}',
    setting: jazz,
    reply: /^You follow \*\{jazz\}\./,
    effect: async (stage) => expect(await follows(stage)).to.have.length(1),
  },
  {
    text: 'unfollow {jazz}',
    setting: followed,
    reply: 'You do not follow *{jazz} any more.',
    effect: async (stage) => expect(await follows(stage)).to.deep.equal([]),
  },
  {
    text: 'mute {jazz}',
    setting: followed,
    reply: '*{jazz} muted.',
    effect: async (stage) => expect((await follows(stage))[0].texts).to.equal(false),
  },
  {
    text: 'unmute {jazz}',
    setting: async (stage) => {
      await jazz(stage)
      await stage.ann.post(`/ktags/${stage.things.jazz.id}/follow`, { texts: false })
    },
    reply: '*{jazz} unmuted.',
    effect: async (stage) => expect((await follows(stage))[0].texts).to.equal(true),
  },
  { text: 'following', setting: followed, reply: 'You follow 1: *{jazz}' },
  {
    text: 'followers',
    setting: async (stage) => {
      const bob = await enters(stage, 'Bob')
      await bob.post(`/ktags/${stage.ann.user.primary_ktag.id}/follow`)
    },
    reply: '1 follows *{ann}: Bob',
  },
  { text: 'followers {jazz}', setting: followed, reply: '1 follows *{jazz}: Ann' },
  { text: 'feed', setting: said, reply: '*{jazz}: New set list' },
  { text: 'feed 5', setting: said, reply: '*{jazz}: New set list' },
  { text: 'find {jazz}', setting: followed, reply: '*{jazz} Jazz Club (1)' },
  { text: 'who *{jazz}', setting: followed, reply: '*{jazz} Jazz Club. 1 follower.' },
  { text: 'who *{jazz}', setting: said, reply: '*{jazz} Jazz Club. 1 follower. Last: New set list' },
  { text: 'tags', setting: gig, reply: '*{ann} (0), *{gig} (0)' },
  {
    text: 'tag new *{gig} private Friday gigs',
    setting: async (stage) => called(stage, 'gig', freshName()),
    reply: '*{gig} created (private).',
    effect: async ({ ann, things }) => {
      const made = (await ann.get('/ktags')).body.items[1]
      expect(made).to.include({ name: things.gig.name, title: 'Friday gigs', visibility: 'private' })
    },
  },
  {
    text: 'tag drop {gig}',
    setting: gig,
    reply: '*{gig} is deleted.',
    effect: async ({ ann }) => expect((await ann.get('/ktags')).body.items).to.have.length(1),
  },
  {
    text: 'tag close {gig}',
    setting: gig,
    reply: '*{gig} is private.',
    effect: async (stage) => expect((await gigOf(stage)).visibility).to.equal('private'),
  },
  {
    text: 'tag open {gig}',
    setting: (stage) => ownTag(stage, 'gig', { visibility: 'private' }),
    reply: '*{gig} is public.',
    effect: async (stage) => expect((await gigOf(stage)).visibility).to.equal('public'),
  },
  {
    text: 'tag title {gig} Friday gigs',
    setting: gig,
    reply: '*{gig}: Friday gigs',
    effect: async (stage) => expect((await gigOf(stage)).title).to.equal('Friday gigs'),
  },
  {
    text: 'invite {number} Join us',
    setting: async (stage) => {
      const [, area, three, four] = /^\+1(...)(...)(....)$/.exec(stage.world.freshNumber()) ?? []
      called(stage, 'number', `${area}-${three}-${four}`)
    },
    reply: /^Invite sent to \+1555\d{7}\.$/,
    effect: async ({ ann, world }) => {
      const [invite] = (await ann.get('/me/invites')).body.items
      expect(invite.message).to.equal('Join us')
      expect(receivedBy(world, invite.to)[0]).to.contain('Join us')
    },
  },
  {
    text: 'invite @kim to *{gig}',
    setting: async (stage) => {
      await gig(stage)
      await friend(stage, 'Kim')
    },
    reply: 'Invite sent to Kim.',
    effect: async ({ ann, things }) => {
      const [invite] = (await ann.get('/me/invites')).body.items
      expect([invite.to, invite.ktag.id]).to.deep.equal([things.Kim.number, things.gig.id])
    },
  },
  {
    text: 'invites',
    setting: ({ ann, world }) => ann.post('/invites', { mobile: world.freshNumber(), name: 'Kim' }),
    reply: /^1 .*Kim/,
  },
  {
    text: 'uninvite 1',
    setting: ({ ann, world }) => ann.post('/invites', { mobile: world.freshNumber() }),
    reply: 'Invite 1 is taken back.',
    effect: async ({ ann }) => expect((await ann.get('/me/invites')).body.items[0].status).to.equal('revoked'),
  },
]
