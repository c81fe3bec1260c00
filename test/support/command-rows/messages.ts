import { expect } from 'chai'
import { newTag } from '#test/tags'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT } from '#test/world'
import { band, called, enters, friend, ownTag, type Row, type Stage } from './model.ts'

/** Bob, whose tag is *bob…, writes to Ann: her message 1. */
async function bobWrites(stage: Stage): Promise<void> {
  const bob = stage.others.Bob ?? (await enters(stage, 'Bob'))
  await bob.post('/commands', { text: `*${stage.ann.username} Running late` })
}

/** What Ann said last, and on which tag. */
async function isPosted({ ann, things }: Stage, body: string, word?: string): Promise<void> {
  const [said] = (await ann.get('/statuses')).body.items
  expect([said.body, said.ktag.id]).to.deep.equal([body, word ? things[word].id : ann.user.primary_ktag.id])
}

/** The texts of Ann's that a phone has received, in her words. */
function fromAnn({ world }: Stage, phone: string): readonly string[] {
  return receivedBy(world, phone).flatMap((body) => /^Ann \(\*ann\d+\): ([^\n]*)/.exec(body)?.[1] ?? [])
}

/** Messages, statuses and the inbox. */
export const rows: readonly Row[] = [
  {
    text: 'status Doors open at 8',
    setting: async (stage) => {
      const bob = await enters(stage, 'Bob')
      await bob.post(`/ktags/${stage.ann.user.primary_ktag.id}/follow`)
    },
    reply: 'Posted to *{ann}. Texting 1 follower.',
    effect: async (stage) => {
      await isPosted(stage, 'Doors open at 8')
      const { world, ann, others } = stage
      expect(receivedBy(world, others.Bob?.mobile ?? '').at(-1))
        .to.contain(`*${ann.username}`)
        .and.contain('Doors open')
    },
  },
  { text: 's Doors open at 8', reply: 'Posted to *{ann}.', effect: (stage) => isPosted(stage, 'Doors open at 8') },
  {
    text: 'status *{jazz} New set list',
    setting: (stage) => ownTag(stage, 'jazz'),
    reply: 'Posted to *{jazz}.',
    effect: (stage) => isPosted(stage, 'New set list', 'jazz'),
  },
  {
    text: '*{jazz} Doors open at 8',
    setting: (stage) => ownTag(stage, 'jazz'),
    reply: 'Posted to *{jazz}.',
    effect: (stage) => isPosted(stage, 'Doors open at 8', 'jazz'),
  },
  {
    text: '*{gig} Who is in?',
    setting: async (stage) => {
      const bob = await enters(stage, 'Bob')
      stage.things.gig = await newTag(bob, { post_policy: 'followers' })
      await stage.ann.post(`/ktags/${stage.things.gig.id}/follow`)
    },
    reply: 'Posted to *{gig}.',
    effect: (stage) => isPosted(stage, 'Who is in?', 'gig'),
  },
  {
    text: '*{bob} Running late',
    setting: (stage) => enters(stage, 'Bob'),
    reply: 'Sent to *{bob}.',
    effect: async (stage) => {
      const [message] = (await stage.others.Bob?.get('/inbox'))?.body.items ?? []
      expect(message).to.deep.include({ kind: 'text', body: 'Running late', number: 1 })
      expect(message.from.user_id).to.equal(stage.ann.user.id)
      expect(message.to_ktag.name).to.equal(stage.others.Bob?.username)
    },
  },
  ...['@mom call me', 'text @mom call me'].map((text) => ({
    text,
    setting: (stage: Stage) => friend(stage, 'Mom'),
    reply: 'Sent to Mom.',
    effect: async (stage: Stage) => {
      expect(fromAnn(stage, stage.things.Mom.number)).to.deep.equal(['call me'])
      expect(receivedBy(stage.world, stage.things.Mom.number)[0]).to.match(/\nReply STOP to opt out\.$/)
    },
  })),
  {
    text: 't +15551230000 hi',
    reply: 'Sent to +15551230000.',
    effect: async ({ world, ann }) => {
      const heard = receivedBy(world, '+15551230000').filter((body) => body.includes(`*${ann.username})`))
      expect(heard.map((body) => body.split('\n')[0])).to.deep.equal([`Ann (*${ann.username}): hi`])
    },
  },
  {
    text: 't {number} hi',
    setting: async (stage) => called(stage, 'number', (await enters(stage, 'Bob')).mobile),
    reply: /^Sent to \+1555\d{7}\.$/,
    effect: async ({ others }) => {
      expect((await others.Bob?.get('/inbox'))?.body.items[0]).to.include({ kind: 'text', body: 'hi' })
    },
  },
  {
    text: '#family dinner at 6',
    setting: async (stage) => {
      await band(stage, 'family', ['Mom', 'Dad', 'Sis'])
      stage.world.carrier.handset(stage.things.Dad.number).text(ACCOUNT.number, 'STOP')
    },
    reply: 'Sent to 2 (1 opted out).',
    effect: async (stage) => {
      expect(fromAnn(stage, stage.things.Sis.number)).to.deep.equal(['dinner at 6'])
      expect(fromAnn(stage, stage.things.Dad.number)).to.deep.equal([])
    },
  },
  {
    text: '#a,@b hi',
    setting: async (stage) => {
      await friend(stage, 'B')
      await band(stage, 'a', ['B', 'Joe'])
    },
    reply: 'Sent to 2.',
    effect: async (stage) => {
      for (const name of ['B', 'Joe']) expect(fromAnn(stage, stage.things[name].number)).to.deep.equal(['hi'])
    },
  },
  ...(
    [
      ['r on my way', 'on my way'],
      ['reply 1 ok', 'ok'],
    ] as const
  ).map(([text, said]) => ({
    text,
    setting: bobWrites,
    reply: 'Sent to *{bob}.',
    effect: async ({ others }: Stage) => {
      expect((await others.Bob?.get('/inbox'))?.body.items[0].body).to.equal(said)
    },
  })),
  { text: 'inbox', setting: bobWrites, reply: '1 unread. 1 *{bob}: Running late' },
  { text: 'inbox 3', setting: bobWrites, reply: '1 unread. 1 *{bob}: Running late' },
  {
    text: 'inbox unread',
    setting: async (stage) => {
      await bobWrites(stage)
      await stage.ann.post('/commands', { text: 'read 1' })
      await bobWrites(stage)
    },
    reply: '1 unread. 2 *{bob}: Running late',
  },
  { text: 'inbox unread', reply: 'No messages.' },
  {
    text: 'read 1',
    setting: bobWrites,
    reply: '1 *{bob}: Running late',
    effect: async ({ ann }) => expect((await ann.get('/inbox')).body.items[0].read).to.equal(true),
  },
  {
    text: 'unread 1',
    setting: async (stage) => {
      await bobWrites(stage)
      await stage.ann.post('/commands', { text: 'read 1' })
    },
    reply: '1 is unread.',
    effect: async ({ ann }) => expect((await ann.get('/inbox')).body.items[0].read).to.equal(false),
  },
  {
    text: 'delete 1',
    setting: bobWrites,
    reply: '1 is deleted.',
    effect: async ({ ann }) => expect((await ann.get('/inbox')).body.items).to.deep.equal([]),
  },
  {
    text: 'grid text Pizza?',
    setting: async (stage) => {
      for (const name of ['Mom', 'Joe']) {
        await friend(stage, name)
        await stage.ann.post('/grid/members', { contact_id: stage.things[name].id })
      }
    },
    reply: 'Sent to 2.',
    effect: async (stage) => {
      for (const name of ['Mom', 'Joe']) expect(fromAnn(stage, stage.things[name].number)).to.deep.equal(['Pizza?'])
    },
  },
]
