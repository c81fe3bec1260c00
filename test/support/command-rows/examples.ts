/**
 * Every example of the command language as it was laid down, in its order: what people are told they can write. Numbers of
 * messages, jobs, events and invites are 1, whoever hosts an open call is Bob, `pin` stands for the PIN of his call, and
 * `number` for one that nobody was invited by: an address is invited once.
 */
export const EXAMPLES: readonly string[] = [
  ...['status Doors open at 8', 's Doors open at 8', 'status *jazz New set list', '*jazz Doors open at 8'],
  ...['*bob Running late', '@mom call me', 'text @mom call me', 't +15551230000 hi', '#family dinner at 6', '#a,@b hi'],
  ...['r on my way', 'reply 1 ok', 'inbox', 'inbox 3', 'inbox unread', 'read 1', 'unread 1', 'delete 1'],
  ...['call @mom', 'call #band', 'call *bob', 'call @a,@b,+15551230000', 'call grid', 'grid call', 'call add @joe'],
  ...['call who', 'call open', 'call private', 'hangup', 'call end', 'join bob', 'join pin'],
  ...['grid', 'grid add @joe', 'grid add @joe 3', 'grid drop @joe', 'grid text Pizza?', 'grid end'],
  ...['follow *jazz', 'f jazz', 'unfollow jazz', 'mute jazz', 'unmute jazz'],
  ...['following', 'followers', 'followers jazz', 'feed', 'feed 5', 'find jazz', 'who *jazz'],
  ...['tags', 'tag new *gig private Friday gigs', 'tag drop gig', 'tag open gig', 'tag close gig'],
  ...['tag title gig Friday gigs', 'contacts', 'contacts jo', 'contact add "Joe Smith" 555-123-4567'],
  ...['contact nick @joe joey', 'contact drop @joey', 'groups', 'group new #band @joe @kim', 'group add #band @lee'],
  ...['group remove #band @joe', 'group who #band', 'group drop #band'],
  ...['at 5pm *jazz Doors open', 'in 2h call grid', 'at fri 18:00, #band soundcheck', 'every weekday at 9am s Open!'],
  ...['jobs', 'unschedule 1', 'unschedule last', 'events', "event new fri 8pm Gig at Bell's", 'event drop 1'],
  ...['invite number Join us', 'invite @kim to *gig', 'invites', 'uninvite 1'],
  ...['me', 'name Ann Lee', 'plan', 'quiet 22:00-8:00', 'quiet off', '?', 'guide', 'help call', 'ok', 'no'],
]
