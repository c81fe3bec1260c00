import { expect } from 'chai'
import { band, friend, type Row } from './model.ts'

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
    reply: 'Joe Smith saved.',
    effect: async ({ ann }) => {
      expect((await ann.get('/contacts')).body.items[0]).to.deep.include({ name: 'Joe Smith', mobile: '+15551234567' })
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
    text: 'contact drop @joe',
    setting: (stage) => friend(stage, 'Joe'),
    reply: 'Joe is deleted.',
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
    reply: '#band: Joe @joe, Kim @kim',
  },
  {
    text: 'group add #band @lee',
    setting: async (stage) => {
      await band(stage, 'band', ['Kim'])
      await friend(stage, 'Lee')
    },
    reply: '#band: Kim @kim, Lee @lee',
  },
  {
    text: 'group remove #band @joe',
    setting: (stage) => band(stage, 'band', ['Joe', 'Kim']),
    reply: '#band: Kim @kim',
  },
  {
    text: 'group who #band',
    setting: (stage) => band(stage, 'band', ['Kim', 'Lee']),
    reply: '#band: Kim @kim, Lee @lee',
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
]
