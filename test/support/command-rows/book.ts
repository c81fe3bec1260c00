import { expect } from 'chai'
import { band, friend, type Row } from './model.ts'

/** That these are in #band. */
function isBand(...names: readonly string[]): NonNullable<Row['effect']> {
  return async ({ ann }) => {
    const [{ id }] = (await ann.get('/groups')).body.items
    const { members } = (await ann.get(`/groups/${id}`)).body
    expect(members.map(({ name }: { name: string }) => name)).to.deep.equal(names)
  }
}

/** The address book, groups, the account and help. */
export const rows: readonly Row[] = [
  { text: 'contacts', setting: (stage) => friend(stage, 'Mom'), reply: 'Mom @mom' },
  {
    text: 'contacts jo',
    setting: async (stage) => {
      await friend(stage, 'Joe')
      await friend(stage, 'Kim')
    },
    reply: 'Joe @joe',
  },
  {
    text: 'contact add "Joe Smith" 555-123-4567',
    reply: 'Joe Smith saved as @joe.',
    effect: async ({ ann }) => {
      expect((await ann.get('/contacts')).body.items[0]).to.deep.include({
        name: 'Joe Smith',
        nickname: 'joe',
        mobile: '+15551234567',
      })
    },
  },
  {
    text: 'contact nick @joe joey',
    setting: (stage) => friend(stage, 'Joe'),
    reply: 'Joe is @joey now.',
    effect: async ({ ann }) => {
      expect((await ann.get('/contacts')).body.items[0].nickname).to.equal('joey')
    },
  },
  {
    text: 'contact drop @joey',
    setting: (stage) => friend(stage, 'Joey'),
    reply: 'Joey is deleted.',
    effect: async ({ ann }) => {
      expect((await ann.get('/contacts')).body.items).to.deep.equal([])
    },
  },
  { text: 'groups', setting: (stage) => band(stage, 'band', ['Kim', 'Lee']), reply: '#band (2)' },
  {
    text: 'group new #band @joe @kim',
    setting: async (stage) => {
      await friend(stage, 'Joe')
      await friend(stage, 'Kim')
    },
    reply: '#band: Joe, Kim',
    effect: isBand('Joe', 'Kim'),
  },
  {
    text: 'group add #band @lee',
    setting: async (stage) => {
      await band(stage, 'band', ['Kim'])
      await friend(stage, 'Lee')
    },
    reply: '#band: Kim, Lee',
    effect: isBand('Kim', 'Lee'),
  },
  {
    text: 'group remove #band @joe',
    setting: (stage) => band(stage, 'band', ['Joe', 'Kim']),
    reply: '#band: Kim',
    effect: isBand('Kim'),
  },
  {
    text: 'group who #band',
    setting: (stage) => band(stage, 'band', ['Kim', 'Lee']),
    reply: '#band: Kim, Lee',
  },
  {
    text: 'group drop #band',
    setting: (stage) => band(stage, 'band', ['Kim']),
    reply: '#band is deleted.',
    effect: async ({ ann }) => {
      expect((await ann.get('/groups')).body.items).to.deep.equal([])
    },
  },
  { text: 'me', reply: /^Ann \(\*\{ann\}\), \+1555\d{7}, UTC$/ },
  {
    text: 'name Ann Lee',
    reply: 'You are Ann Lee now.',
    effect: async ({ ann }) => {
      expect((await ann.get('/me')).body.name).to.equal('Ann Lee')
    },
  },
  { text: '?', reply: /\bcontact\b.*Send \? and one of them\.$/ },
  { text: 'guide', reply: /Send \? and one of them\.$/ },
  { text: '? groups', reply: 'groups. Like: groups' },
  { text: 'help call', reply: /^call \*tag\|#group.* Like: call @mom\. Also: .*call add/ },
]
