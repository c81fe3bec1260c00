// Made of the reference by its test: UPDATE_REFERENCE=1 writes it anew. Edit the declarations, not this.

/** Kadoink API 1.0.0: where it is mounted. */
export const mount = '/api/v1'

/** The socket's path and sub-protocol. */
export const socket = { path: '/api/v1/realtime', protocol: 'kadoink.v1' } as const

/** POSTs that honour an Idempotency-Key. */
export const keyed: ReadonlySet<string> = new Set([
  '/abuse-reports',
  '/auth/forgot',
  '/auth/login/resend',
  '/auth/magic-link',
  '/auth/register',
  '/auth/register/resend',
  '/calendar/events',
  '/calls',
  '/calls/active/participants',
  '/calls/active/participants/{id}/redial',
  '/commands',
  '/contacts',
  '/grid/calls',
  '/grid/members',
  '/groups',
  '/invites',
  '/ktags',
  '/ktags/{ktag_id}/follow',
  '/me/im-identities',
  '/me/mobile/codes',
  '/statuses',
  '/widgets',
])

/** What a refusal may be called. */
export type ErrorCode =
  | 'account_suspended'
  | 'already_accepted'
  | 'already_exists'
  | 'already_following'
  | 'already_in_call'
  | 'already_in_grid'
  | 'already_invited'
  | 'already_member'
  | 'already_reported'
  | 'already_subscribed'
  | 'already_verified'
  | 'ambiguous_target'
  | 'bad_request'
  | 'billing_unavailable'
  | 'call_in_progress'
  | 'call_not_allowed'
  | 'call_refused'
  | 'call_too_large'
  | 'code_expired'
  | 'code_invalid'
  | 'command_not_understood'
  | 'contact_exists'
  | 'country_not_supported'
  | 'edit_window_closed'
  | 'email_taken'
  | 'grid_empty'
  | 'group_exists'
  | 'host_not_removable'
  | 'idempotency_conflict'
  | 'internal_error'
  | 'invalid_credentials'
  | 'invalid_json'
  | 'job_finished'
  | 'job_running'
  | 'ktag_private'
  | 'ktag_renamed'
  | 'ktag_taken'
  | 'lines_busy'
  | 'link_expired'
  | 'link_invalid'
  | 'messages_not_taken'
  | 'mobile_not_set'
  | 'mobile_taken'
  | 'mobile_unverified'
  | 'muted_by_host'
  | 'nickname_taken'
  | 'not_answerable'
  | 'not_call_host'
  | 'not_found'
  | 'not_tag_owner'
  | 'nothing_asked'
  | 'number_not_supported'
  | 'own_ktag'
  | 'participant_not_joined'
  | 'payload_too_large'
  | 'plan_limit_reached'
  | 'position_taken'
  | 'posting_not_allowed'
  | 'primary_ktag'
  | 'range_not_satisfiable'
  | 'rate_limited'
  | 'reauth_required'
  | 'recipient_opted_out'
  | 'request_timeout'
  | 'sms_opted_out'
  | 'stream_token_expired'
  | 'stream_token_invalid'
  | 'time_in_past'
  | 'too_many_removed'
  | 'unauthorized'
  | 'unavailable'
  | 'unsupported_media_type'
  | 'username_taken'
  | 'validation_failed'
  | 'widget_disabled'

export interface Action {
  type: 'text' | 'status' | 'call' | 'grid_call'
  to: string | null
  ktag: string | null
  body: string | null
}

export interface Asked {
  status: 'ok'
  message: string
}

export interface CalendarEvent {
  id: string
  /** What commands call it by. */
  number: number
  title: string
  notes: string | null
  location: string | null
  starts_at: string
  ends_at: string | null
  all_day: boolean
  timezone: string
  repeat: 'none' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'yearly'
  reminder_minutes: number | null
  remind_via: readonly ('push' | 'sms' | 'email')[]
  action: Action | null
  /** What is to be done for it next; null when nothing is. */
  scheduled_job_id: string | null
  /** Of what comes round: which of its times this is, in lists. */
  occurrence_at: string | null
  created_at: string
  updated_at: string
}

export interface CalendarFeed {
  /** Null while there is none. Whoever has it can read the calendar. */
  url: string | null
  created_at: string | null
}

export interface Call {
  id: string
  kind: 'direct' | 'group' | 'ktag' | 'grid'
  status: 'queued' | 'dialing' | 'in_progress' | 'ended'
  privacy: 'private' | 'open'
  title: string | null
  host: Person
  ktag: KtagRef | null
  group_id: string | null
  dial_in: {
    number: string
    pin: string
  } | null
  participants: readonly Participant[]
  max_participants: number
  /** Guests who join are muted. */
  mute_on_join: boolean
  created_at: string
  started_at: string | null
  ends_by: string | null
  ended_at: string | null
  end_reason: string | null
}

export interface CallSummary {
  id: string
  title: string | null
  host: Person
  /** How many are on it now. */
  participant_count: number
  max_participants: number
  /** How to join by phone; for those who follow the tag. */
  dial_in: {
    number: string
    pin: string
  } | null
  started_at: string | null
  ends_by: string | null
}

export interface Checkout {
  /** Open it in a browser; it is good until `expires_at`. */
  checkout_url: string
  session_id: string
  expires_at: string
}

export type CommandOutcome = {
  type: 'user'
  data: User
} | {
  type: 'contact'
  data: Contact
} | {
  type: 'contacts'
  data: readonly Contact[]
} | {
  type: 'group'
  data: GroupDetail
} | {
  type: 'groups'
  data: readonly Group[]
} | {
  type: 'ktag'
  data: Ktag
} | {
  type: 'ktags'
  data: readonly Ktag[]
} | {
  type: 'ktag_page'
  data: KtagPage
} | {
  type: 'follow'
  data: Follow
} | {
  type: 'follows'
  data: readonly Follow[]
} | {
  type: 'followers'
  data: readonly Follower[]
} | {
  type: 'statuses'
  data: readonly Status[]
} | {
  type: 'call'
  data: Call
} | {
  type: 'grid'
  data: Grid
} | {
  type: 'entitlements'
  data: Entitlements
} | {
  type: 'invite'
  data: Invite
} | {
  type: 'invites'
  data: readonly Invite[]
} | {
  type: 'job'
  data: Job
} | {
  type: 'jobs'
  data: readonly Job[]
} | {
  type: 'message'
  data: Message
} | {
  type: 'messages'
  data: readonly Message[]
} | {
  type: 'status'
  data: Status
} | {
  type: 'sending'
  data: {
    /** Who hears of it, by text or in their inbox. */
    recipients: number
    /** Who wants no texts, and is sent none. */
    opted_out: number
  }
} | {
  type: 'event'
  data: CalendarEvent
} | {
  type: 'events'
  data: readonly CalendarEvent[]
} | {
  type: 'guide'
  data: readonly GuideEntry[]
}

export interface CommandResult {
  status: 'ok' | 'confirm_required' | 'scheduled'
  verb: string
  /** The command in its one form; sent again, it means the same. */
  canonical: string
  /** What a phone would be texted. */
  reply: string
  result: CommandOutcome | null
  /** What is to be done later, when the command begins with a time. */
  job: Job | null
  /** So many would hear of it: send it again with `confirm`, or write `ok`. */
  confirm: {
    token: string
    recipients: number
  } | null
}

export interface Contact {
  id: string
  name: string
  nickname: string | null
  mobile: string | null
  email: string | null
  ktag: KtagRef | null
  user_id: string | null
  notes: string | null
  in_grid: boolean
  sms_opted_out: boolean
  created_at: string
  updated_at: string
}

export interface Delivery {
  /** Followers who get the tag’s texts. */
  recipients: number
  /** Texts that the carrier has taken and that are not known to have failed. */
  sent: number
  failed: number
  /** Followers who see it in their feed only. */
  skipped: number
}

export interface Entitlements {
  tier: 'free' | 'plus'
  /** What the plan allows; numbers are counts unless the name says a unit. */
  limits: Limits
  /** How much is used of each limit that can be counted, by the same names. */
  usage: Usage
  /** When what is counted by the month begins at nought again. */
  resets_at: string
}

export interface Error {
  error: {
    /** A stable machine word: switch on this. */
    code: string
    /** A sentence for people. */
    message: string
    /** What is wrong with which field; empty when it is not about fields. */
    fields: Record<string, string>
  }
}

export interface File {
  file_id: string
  kind: 'audio' | 'photo'
  content_type: string
  size_bytes: number
  duration_seconds: number | null
  width: number | null
  height: number | null
  /** Plays without another token until `stream_url_expires_at`. */
  stream_url: string
  stream_url_expires_at: string
}

export interface Follow {
  ktag: Ktag
  state: 'active'
  texts: boolean
  calls: boolean
  created_at: string
}

export interface Follower {
  /** Null for somebody who follows by phone and has no account. */
  person: Person | null
  name: string
  followed_at: string
  phone_only: boolean
}

export interface Gate {
  state: 'ok' | 'mobile_required' | 'mobile_unverified' | 'suspended'
  mobile_set: boolean
  mobile_verified: boolean
  email_verified: boolean
  sms_opted_out: boolean
}

export interface Grid {
  slots: number
  rows: number
  cols: number
  members: readonly GridMember[]
  /** The call of the whole grid; `grid_position` says who is in which cell. */
  active_call: Call | null
  updated_at: string
}

export interface GridMember {
  /** Counts from 0, row by row. */
  position: number
  contact: Contact
  /** The plan’s grid ends before this cell: it is shown and not called. */
  over_limit: boolean
}

export interface Group {
  id: string
  name: string
  member_count: number
  created_at: string
  updated_at: string
}

export interface GroupDetail {
  id: string
  name: string
  member_count: number
  created_at: string
  updated_at: string
  members: readonly Contact[]
}

export interface GroupRef {
  id: string
  name: string
}

export interface GuideEntry {
  verb: string
  aliases: readonly string[]
  syntax: string
  summary: string
  category: string
  examples: readonly string[]
  works_by_sms: boolean
  /** Whether it may stand behind a time: `at`, `in`, `every`. */
  schedulable: boolean
  /** The least plan that has it. */
  plan: 'free' | 'plus'
}

export interface Home {
  user: User
  gate: Gate
  unread_count: number
  inbox: {
    items: readonly Message[]
    has_more: boolean
  }
  feed: {
    items: readonly Status[]
    has_more: boolean
  }
  statuses: {
    items: readonly Status[]
    has_more: boolean
  }
  ktags: {
    items: readonly Ktag[]
    has_more: boolean
  }
  follows_count: number
  grid: Grid
  active_call: Call | null
  events: {
    items: readonly CalendarEvent[]
    has_more: boolean
  }
  scheduled_jobs: {
    items: readonly Job[]
    has_more: boolean
  }
  subscription: Subscription
  entitlements: Entitlements
  realtime: {
    /** Where a socket is opened best. */
    url: string
    /** Say hello with it: what has happened since this answer is told, and nothing is missed. */
    cursor: string
  }
  server_time: string
}

export interface ImHandle {
  network: 'aim' | 'yahoo' | 'msn' | 'icq' | 'jabber' | 'gtalk' | 'skype' | 'discord' | 'telegram' | 'signal' | 'whatsapp' | 'matrix' | 'other'
  handle: string
}

export interface ImIdentity {
  id: string
  network: 'aim' | 'yahoo' | 'msn' | 'icq' | 'jabber' | 'gtalk' | 'skype' | 'discord' | 'telegram' | 'signal' | 'whatsapp' | 'matrix' | 'other'
  handle: string
  created_at: string
}

export interface Invite {
  id: string
  /** Counts up from 1 for each sender. */
  number: number
  channel: 'sms' | 'email'
  /** An E.164 number or an e-mail address. */
  to: string
  from: Person
  /** What the sender calls them; for the sender only. */
  name: string | null
  message: string | null
  /** The tag to follow. */
  ktag: KtagRef | null
  /** `pending` waits until something may be sent there, `failed` was not delivered: the link works all the same. */
  status: 'pending' | 'sent' | 'failed' | 'accepted' | 'revoked' | 'expired'
  /** What `/auth/register` takes as `invite_code`; null when it cannot be shown any more. */
  code: string | null
  url: string | null
  created_at: string
  expires_at: string
  accepted_at: string | null
}

export interface Job {
  id: string
  /** What commands call it by: `unschedule 7`. */
  number: number
  kind: 'text' | 'status' | 'call' | 'grid_call' | 'reminder'
  /** What is run, as it could be written. */
  command: string
  summary: string
  /** Of a job that comes round, the next time. */
  run_at: string
  timezone: string
  /** `weekday at 09:00`; null for what happens once. */
  repeat: string | null
  status: 'scheduled' | 'running' | 'done' | 'failed' | 'cancelled'
  /** How many would have heard of it when it was scheduled; 0 when not known. */
  recipients: number
  source: 'command' | 'sms' | 'calendar' | 'api'
  calendar_event_id: string | null
  /** Why it was not done: `missed`, `target_gone`, or the code of a refusal. Of its last run if it repeats. */
  error: string | null
  created_at: string
}

export interface Ktag {
  id: string
  name: string
  title: string | null
  avatar_url: string | null
  description: string | null
  visibility: 'public' | 'private'
  post_policy: 'owner' | 'followers'
  message_policy: 'anyone' | 'followers' | 'nobody'
  call_policy: 'anyone' | 'followers' | 'nobody'
  /** Whether callers may leave messages. */
  voicemail: boolean
  /** Six digits that reach the tag from a keypad. */
  extension: string
  is_primary: boolean
  follower_count: number
  created_at: string
  updated_at: string
  is_owner: boolean
  following: boolean
  /** Whether you get its texts. */
  texts: boolean
  /** Whether your phone rings when its owner calls it. */
  calls: boolean
}

export interface KtagPage {
  id: string
  name: string
  title: string | null
  avatar_url: string | null
  description: string | null
  visibility: 'public' | 'private'
  post_policy: 'owner' | 'followers'
  message_policy: 'anyone' | 'followers' | 'nobody'
  call_policy: 'anyone' | 'followers' | 'nobody'
  /** Whether callers may leave messages. */
  voicemail: boolean
  /** Six digits that reach the tag from a keypad. */
  extension: string
  is_primary: boolean
  follower_count: number
  created_at: string
  updated_at: string
  is_owner: boolean
  following: boolean
  /** Whether you get its texts. */
  texts: boolean
  /** Whether your phone rings when its owner calls it. */
  calls: boolean
  latest_statuses: {
    items: readonly Status[]
    has_more: boolean
  }
  live_call: CallSummary | null
}

export interface KtagRef {
  id: string
  name: string
  title: string | null
  avatar_url: string | null
}

export interface Limits {
  max_ktags: number
  grid_slots: number
  max_call_participants: number
  call_minutes_per_month: number
  call_max_minutes: number
  legs_per_ten_minutes: number
  sms_per_month: number
  texted_followers_per_status: number
  max_follows: number
  max_contacts: number
  max_groups: number
  max_group_members: number
  max_scheduled_jobs: number
  recurring: boolean
  max_calendar_events: number
  max_widgets: number
  voicemail_seconds: number
  retention_days: number
  transcripts: boolean
  media_bytes: number
}

export interface Me {
  id: string
  username: string
  name: string
  bio: string | null
  email: string | null
  email_verified: boolean
  /** Another address that waits for its code. */
  pending_email: string | null
  mobile: string | null
  mobile_verified: boolean
  avatar_url: string | null
  timezone: string
  locale: string
  primary_ktag: KtagRef | null
  settings: Settings
  created_at: string
  updated_at: string
  gate: Gate
  /** What waits for the code that was mailed to `pending_email`: send both to `/auth/login/verify`. */
  email_challenge: Otp | null
}

export interface Message {
  id: string
  /** Counts up from 1 for each person; what commands call the message by. */
  number: number
  kind: 'text' | 'voicemail'
  from: {
    user_id: string | null
    ktag: KtagRef | null
    contact_id: string | null
    name: string | null
    /** In full only when it is in your contacts, or a visitor of a widget has left it for you. */
    mobile: string | null
    /** False for a number that a visitor of a widget has typed: it may be anybody’s. */
    mobile_verified: boolean
  }
  to_ktag: KtagRef | null
  body: string | null
  transcript: string | null
  /** Whether a transcript is still to come; `absent`: there is none and will be none. */
  transcript_status: 'pending' | 'ready' | 'absent'
  media: readonly File[]
  read: boolean
  read_at: string | null
  via: 'sms' | 'app' | 'voice' | 'widget'
  in_reply_to: string | null
  created_at: string
}

export interface Mobile {
  mobile: string | null
  verified: boolean
  verified_at: string | null
  pending_mobile: string | null
  sms_opted_out: boolean
  code_sent_at: string | null
  resend_at: string | null
}

export interface Otp {
  status: 'otp_required'
  purpose: 'login' | 'register' | 'email'
  challenge_id: string
  channel: 'email' | 'sms'
  destination: string
  expires_at: string
  resend_at: string
}

export interface Participant {
  id: string
  role: 'host' | 'guest'
  contact_id: string | null
  user_id: string | null
  name: string | null
  /** In full only when it is in your contacts, or your own. */
  mobile: string
  status: 'queued' | 'dialing' | 'ringing' | 'screening' | 'joined' | 'declined' | 'busy' | 'no_answer' | 'failed' | 'left'
  reason: string | null
  sip_code: number | null
  muted: boolean
  /** Only the host can undo it. */
  muted_by_host: boolean
  on_hold: boolean
  grid_position: number | null
  /** About how long it takes until their phone is rung; null when they do not wait for a line. */
  queue_seconds: number | null
  joined_at: string | null
  left_at: string | null
}

export interface Person {
  user_id: string
  name: string
  avatar_url: string | null
  ktag: KtagRef | null
}

export interface Profile {
  ktag: Ktag
  owner: {
    name: string
    avatar_url: string | null
    bio: string | null
  }
  statuses: {
    items: readonly Status[]
    has_more: boolean
  }
  follower_count: number
  live_call: CallSummary | null
  /** What to text, and where to, in order to follow by phone. */
  text_hint: {
    number: string
    text: string
  }
  /** How you follow it; null without a token. */
  viewer: {
    following: boolean
    texts: boolean
    calls: boolean
  } | null
  /** How often others have looked at it; for its owner only. */
  views: number | null
}

export interface Session {
  id: string
  device_name: string | null
  user_agent: string | null
  ip: string
  created_at: string
  last_used_at: string
  expires_at: string
  current: boolean
}

export interface Settings {
  sms_inbox: boolean
  sms_feed: boolean
  quiet_hours: {
    start: string
    end: string
  } | null
  ring_for_tags: boolean
  voicemail_greeting_file_id: string | null
  /** Ids of people whose calls, messages and invites do not reach you, and whose statuses you do not see. */
  blocked: readonly string[]
}

export interface Status {
  id: string
  body: string
  ktag: KtagRef
  author: Person
  media: readonly File[]
  via: 'sms' | 'app' | 'voice' | 'widget'
  edited: boolean
  created_at: string
  updated_at: string
  /** How the texts to followers fare: for the author only, and null where none were wanted. */
  delivery: Delivery | null
}

export interface Subscription {
  tier: 'free' | 'plus'
  /** `past_due` keeps Plus for seven days. */
  status: 'none' | 'trialing' | 'active' | 'past_due' | 'canceled'
  interval: 'month' | 'year' | null
  current_period_end: string | null
  cancel_at_period_end: boolean
  /** Where to change the card, see invoices, or cancel. */
  manage_url: string | null
}

export interface Token {
  status: 'ok'
  token: string
  token_type: 'Bearer'
  expires_at: string
  session: Session
  user: User
  gate: Gate
}

export interface UnreadCount {
  unread_count: number
  by_kind: {
    text: number
    voicemail: number
  }
}

export interface Usage {
  max_ktags: number
  grid_slots: number
  call_minutes_per_month: number
  sms_per_month: number
  max_follows: number
  max_contacts: number
  max_groups: number
  max_scheduled_jobs: number
  max_calendar_events: number
  max_widgets: number
  media_bytes: number
}

export interface User {
  id: string
  username: string
  name: string
  bio: string | null
  email: string | null
  email_verified: boolean
  /** Another address that waits for its code. */
  pending_email: string | null
  mobile: string | null
  mobile_verified: boolean
  avatar_url: string | null
  timezone: string
  locale: string
  primary_ktag: KtagRef | null
  settings: Settings
  created_at: string
  updated_at: string
}

export interface Widget {
  id: string
  ktag: KtagRef
  kind: 'status' | 'follow' | 'message' | 'call'
  title: string | null
  theme: WidgetTheme
  /** Hosts whose pages may show it; none: any page may. */
  allowed_domains: readonly string[]
  /** Whether visitors see it. A widget of a kind that needs a public tag is not shown of a private one. */
  enabled: boolean
  public_key: string
  stats: {
    views: number
    actions: number
  }
  created_at: string
  updated_at: string
}

export interface WidgetEmbed {
  widget_id: string
  public_key: string
  iframe_url: string
  /** An `<iframe>`, of a fixed height. Null when only the script was asked for. */
  html: string | null
  /** A script element that puts the frame in its place, as high as what it shows. Null when only the iframe was. */
  script_html: string | null
}

export interface WidgetTheme {
  /** `#rrggbb`; null: ours. */
  color: string | null
  /** Null: as the visitor's system has it; false at first. */
  dark: boolean | null
  /** CSS pixels at most; null: as wide as its place. */
  width: number | null
}

/** What may be asked, by method and path: `asks` is what is sent, `gives` what is answered. */
export interface Operations {
  get: {
    /** List active sessions */
    '/auth/sessions': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly Session[]
        has_more: boolean
      }
    }
    /** Show an avatar */
    '/avatars/{key}': {
      asks: {
        params: { key: string }
      }
      gives: Blob
    }
    /** Plan limits */
    '/billing/entitlements': {
      asks: object
      gives: Entitlements
    }
    /** Your subscription */
    '/billing/subscription': {
      asks: object
      gives: Subscription
    }
    /** List events */
    '/calendar/events': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; from?: string | undefined; to?: string | undefined } | undefined
      }
      gives: {
        items: readonly CalendarEvent[]
        has_more: boolean
      }
    }
    /** Calendar address */
    '/calendar/feed': {
      asks: object
      gives: CalendarFeed
    }
    /** Your active call */
    '/calls/active': {
      asks: object
      gives: Call
    }
    /** Command reference */
    '/commands/guide': {
      asks: {
        query?: { q?: string | undefined } | undefined
      }
      gives: {
        items: readonly GuideEntry[]
        has_more: boolean
        /** Where to text. */
        number: string
        /** Another one when the guide has changed. */
        version: string
      }
    }
    /** List contacts */
    '/contacts': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; q?: string | undefined; group_id?: string | undefined; in_grid?: 'true' | 'false' | undefined } | undefined
      }
      gives: {
        items: readonly Contact[]
        has_more: boolean
      }
    }
    /** Contact detail */
    '/contacts/{contact_id}': {
      asks: {
        params: { contact_id: string }
      }
      gives: {
        id: string
        name: string
        nickname: string | null
        mobile: string | null
        email: string | null
        ktag: KtagRef | null
        user_id: string | null
        notes: string | null
        in_grid: boolean
        sms_opted_out: boolean
        created_at: string
        updated_at: string
        groups: readonly GroupRef[]
        /** Of a contact whose mobile is that of an account. */
        im_identities: readonly ImHandle[]
        recent_messages: {
          items: readonly Message[]
          has_more: boolean
        }
      }
    }
    /** Following feed */
    '/feed': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; before_id?: string | undefined; ktag_id?: string | undefined } | undefined
      }
      gives: {
        items: readonly Status[]
        has_more: boolean
      }
    }
    /** Stream a file */
    '/files/{id}/stream': {
      asks: {
        params: { id: string }
        query?: { token?: string | undefined } | undefined
      }
      gives: Blob
    }
    /** Tags you follow */
    '/follows': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly Follow[]
        has_more: boolean
      }
    }
    /** Your call grid */
    '/grid': {
      asks: object
      gives: Grid
    }
    /** List groups */
    '/groups': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly Group[]
        has_more: boolean
      }
    }
    /** Group detail */
    '/groups/{group_id}': {
      asks: {
        params: { group_id: string }
      }
      gives: GroupDetail
    }
    /** Dashboard (single round trip) */
    '/home': {
      asks: {
        query?: { limit?: number | undefined } | undefined
      }
      gives: Home
    }
    /** List messages */
    '/inbox': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; before_id?: string | undefined; kind?: 'text' | 'voicemail' | undefined; unread?: 'true' | 'false' | undefined; ktag_id?: string | undefined; q?: string | undefined } | undefined
      }
      gives: {
        items: readonly Message[]
        has_more: boolean
      }
    }
    /** Unread count */
    '/inbox/unread-count': {
      asks: object
      gives: UnreadCount
    }
    /** Your tags */
    '/ktags': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly Ktag[]
        has_more: boolean
      }
    }
    /** Tag detail */
    '/ktags/{ktag_id}': {
      asks: {
        params: { ktag_id: string }
      }
      gives: KtagPage
    }
    /** A tag's followers */
    '/ktags/{ktag_id}/followers': {
      asks: {
        params: { ktag_id: string }
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly Follower[]
        has_more: boolean
      }
    }
    /** Search public tags */
    '/ktags/search': {
      asks: {
        query: { limit?: number | undefined; offset?: number | undefined; q: string }
      }
      gives: {
        items: readonly Ktag[]
        has_more: boolean
      }
    }
    /** Profile + gate state */
    '/me': {
      asks: object
      gives: Me
    }
    /** List IM handles */
    '/me/im-identities': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined } | undefined
      }
      gives: {
        items: readonly ImIdentity[]
        has_more: boolean
      }
    }
    /** Your invites */
    '/me/invites': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; before_id?: string | undefined; direction?: 'sent' | 'received' | undefined; status?: 'pending' | 'sent' | 'failed' | 'accepted' | 'revoked' | 'expired' | undefined } | undefined
      }
      gives: {
        items: readonly Invite[]
        has_more: boolean
      }
    }
    /** Your mobile number */
    '/me/mobile': {
      asks: object
      gives: Mobile
    }
    /** A public profile */
    '/profiles/{ktag}': {
      asks: {
        params: { ktag: string }
        query?: { limit?: number | undefined; offset?: number | undefined; before_id?: string | undefined } | undefined
      }
      gives: Profile
    }
    /** List scheduled messages */
    '/scheduled-jobs': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; status?: 'scheduled' | 'running' | 'done' | 'failed' | 'cancelled' | 'all' | undefined; kind?: 'text' | 'status' | 'call' | 'grid_call' | 'reminder' | undefined } | undefined
      }
      gives: {
        items: readonly Job[]
        has_more: boolean
      }
    }
    /** Your statuses */
    '/statuses': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; before_id?: string | undefined; ktag_id?: string | undefined } | undefined
      }
      gives: {
        items: readonly Status[]
        has_more: boolean
      }
    }
    /** List widgets */
    '/widgets': {
      asks: {
        query?: { limit?: number | undefined; offset?: number | undefined; ktag_id?: string | undefined } | undefined
      }
      gives: {
        items: readonly Widget[]
        has_more: boolean
      }
    }
    /** Embed snippet */
    '/widgets/{widget_id}/embed': {
      asks: {
        params: { widget_id: string }
        query?: { format?: 'iframe' | 'script' | undefined } | undefined
      }
      gives: WidgetEmbed
    }
  }
  post: {
    /** Report abuse */
    '/abuse-reports': {
      asks: {
        body: {
          target_type: 'ktag' | 'status' | 'message' | 'call' | 'user' | 'widget'
          /** The id of what is reported; of a widget, its public key does as well. */
          target_id?: string | undefined
          /** The name of a tag, instead of its id. */
          ktag?: string | undefined
          reason: 'spam' | 'harassment' | 'impersonation' | 'illegal' | 'other'
          details?: string | undefined
          /** Where to ask, of somebody without an account. */
          reporter_email?: string | undefined
          /** Also block whoever it belongs to; takes a token. */
          block?: boolean | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: {
        id: string
        status: 'received'
        created_at: string
      }
    }
    /** Request a password reset */
    '/auth/forgot': {
      asks: {
        body: {
          identifier?: string | undefined
          username?: string | undefined
          email?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Asked
    }
    /** Sign in */
    '/auth/login': {
      asks: {
        body: {
          username: string
          password: string
          device_name?: string | undefined
        }
      }
      gives: Token | Otp
    }
    /** Resend sign-in code */
    '/auth/login/resend': {
      asks: {
        body: {
          challenge_id: string
        }
        idempotencyKey?: string | undefined
      }
      gives: Otp
    }
    /** Verify sign-in code */
    '/auth/login/verify': {
      asks: {
        body: {
          challenge_id: string
          code: string
          device_name?: string | undefined
        }
      }
      gives: Token
    }
    /** Sign out */
    '/auth/logout': {
      asks: object
      gives: undefined
    }
    /** Send a magic sign-in link */
    '/auth/magic-link': {
      asks: {
        body: {
          identifier?: string | undefined
          username?: string | undefined
          email?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Asked
    }
    /** Consume a magic link */
    '/auth/magic-link/consume': {
      asks: {
        body: {
          token: string
          device_name?: string | undefined
        }
      }
      gives: Token
    }
    /** Refresh session token */
    '/auth/refresh': {
      asks: object
      gives: Token
    }
    /** Register */
    '/auth/register': {
      asks: {
        body: {
          username: string
          password: string
          email?: string | undefined
          mobile?: string | undefined
          name?: string | undefined
          timezone?: string | undefined
          /** From the link of an invite. One that is not open any more changes nothing. */
          invite_code?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Otp
    }
    /** Resend registration code */
    '/auth/register/resend': {
      asks: {
        body: {
          challenge_id: string
        }
        idempotencyKey?: string | undefined
      }
      gives: Otp
    }
    /** Verify registration code */
    '/auth/register/verify': {
      asks: {
        body: {
          challenge_id: string
          code: string
          device_name?: string | undefined
        }
      }
      gives: Token
    }
    /** Reset password */
    '/auth/reset': {
      asks: {
        body: {
          token?: string | undefined
          identifier?: string | undefined
          code?: string | undefined
          password: string
        }
      }
      gives: {
        status: 'ok'
      }
    }
    /** Start Plus checkout */
    '/billing/checkout': {
      asks: {
        body: {
          interval: 'month' | 'year'
          /** Where the browser goes after paying; on a host that is allowed here. */
          success_url?: string | undefined
          /** Where it goes when nothing is paid. */
          cancel_url?: string | undefined
        }
      }
      gives: Checkout
    }
    /** Create an event */
    '/calendar/events': {
      asks: {
        body: {
          title: string
          starts_at: string
          ends_at?: string | null | undefined
          all_day?: boolean | undefined
          timezone?: string | undefined
          notes?: string | null | undefined
          location?: string | null | undefined
          repeat?: 'none' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'yearly' | undefined
          reminder_minutes?: number | null | undefined
          remind_via?: readonly ('push' | 'sms' | 'email')[] | undefined
          action?: {
            type: 'text' | 'status' | 'call' | 'grid_call'
            to?: string | null | undefined
            ktag?: string | null | undefined
            body?: string | null | undefined
          } | null | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: CalendarEvent
    }
    /** New calendar address */
    '/calendar/feed': {
      asks: object
      gives: CalendarFeed
    }
    /** Start a call */
    '/calls': {
      asks: {
        body: {
          to?: readonly ({
            contact_id: string
          } | {
            group_id: string
          } | {
            ktag: string
          } | {
            mobile: string
            name?: string | undefined
          })[] | undefined
          contact_ids?: readonly string[] | undefined
          group_id?: string | null | undefined
          ktag?: string | null | undefined
          title?: string | null | undefined
          privacy?: 'private' | 'open' | undefined
          /** Do it then and not now: at least a minute ahead, a year at most. The answer is 202 and the job. */
          scheduled_at?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Call | Job
    }
    /** Mute everybody else */
    '/calls/active/mute-others': {
      asks: {
        body?: {
          muted?: boolean | undefined
          on_join?: boolean | undefined
        } | undefined
      }
      gives: Call
    }
    /** Add a participant */
    '/calls/active/participants': {
      asks: {
        body: {
          contact_id: string
        } | {
          ktag: string
        } | {
          mobile: string
          name?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Participant
    }
    /** Ring a participant again */
    '/calls/active/participants/{id}/redial': {
      asks: {
        params: { id: string }
        idempotencyKey?: string | undefined
      }
      gives: Participant
    }
    /** Run a command */
    '/commands': {
      asks: {
        body: {
          text: string
          /** You have been asked whether so many shall hear of it, and mean it. */
          confirm?: boolean | undefined
          /** `reply` without a number, and what is no command, answers this. */
          reply_to_message_id?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: CommandResult
    }
    /** Add a contact */
    '/contacts': {
      asks: {
        body: {
          name: string
          nickname?: string | null | undefined
          mobile?: string | null | undefined
          email?: string | null | undefined
          ktag?: string | null | undefined
          notes?: string | null | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Contact
    }
    /** Refresh a stream URL */
    '/files/{file_id}/stream-token': {
      asks: {
        params: { file_id: string }
      }
      gives: {
        file_id: string
        stream_url: string
        token: string
        expires_at: string
      }
    }
    /** Call the whole grid */
    '/grid/calls': {
      asks: {
        body?: {
          title?: string | null | undefined
          privacy?: 'private' | 'open' | undefined
          /** Do it then and not now: at least a minute ahead, a year at most. The answer is 202 and the job. */
          scheduled_at?: string | undefined
        } | undefined
        idempotencyKey?: string | undefined
      }
      gives: Call | Job
    }
    /** Add to the grid */
    '/grid/members': {
      asks: {
        body: {
          contact_id: string
          position?: number | null | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: GridMember
    }
    /** Create a group */
    '/groups': {
      asks: {
        body: {
          name: string
          contact_ids?: readonly string[] | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: GroupDetail
    }
    /** Send an invite */
    '/invites': {
      asks: {
        body: {
          mobile?: string | undefined
          email?: string | undefined
          contact_id?: string | undefined
          name?: string | undefined
          message?: string | undefined
          ktag_id?: string | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Invite
    }
    /** Create a tag */
    '/ktags': {
      asks: {
        body: {
          name: string
          title?: string | null | undefined
          description?: string | null | undefined
          visibility?: 'public' | 'private' | undefined
          post_policy?: 'owner' | 'followers' | undefined
          message_policy?: 'anyone' | 'followers' | 'nobody' | undefined
          call_policy?: 'anyone' | 'followers' | 'nobody' | undefined
          voicemail?: boolean | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Ktag
    }
    /** Follow a tag */
    '/ktags/{ktag_id}/follow': {
      asks: {
        params: { ktag_id: string }
        body?: {
          texts?: boolean | undefined
          calls?: boolean | undefined
        } | undefined
        idempotencyKey?: string | undefined
      }
      gives: Follow
    }
    /** Upload an avatar */
    '/me/avatar': {
      asks: {
        body: FormData
      }
      gives: {
        avatar_url: string
        file: File
      }
    }
    /** Add an IM handle */
    '/me/im-identities': {
      asks: {
        body: {
          network: 'aim' | 'yahoo' | 'msn' | 'icq' | 'jabber' | 'gtalk' | 'skype' | 'discord' | 'telegram' | 'signal' | 'whatsapp' | 'matrix' | 'other'
          handle: string
        }
        idempotencyKey?: string | undefined
      }
      gives: ImIdentity
    }
    /** Send a verification code */
    '/me/mobile/codes': {
      asks: {
        body?: {
          channel?: 'sms' | 'voice' | undefined
        } | undefined
        idempotencyKey?: string | undefined
      }
      gives: Mobile
    }
    /** Verify your mobile */
    '/me/mobile/verify': {
      asks: {
        body: {
          code: string
        }
      }
      gives: {
        mobile: string | null
        verified: boolean
        verified_at: string | null
        pending_mobile: string | null
        sms_opted_out: boolean
        code_sent_at: string | null
        resend_at: string | null
        gate: Gate
      }
    }
    /** Change password */
    '/me/password': {
      asks: {
        body: {
          current_password: string
          new_password: string
        }
      }
      gives: Token
    }
    /** Post a status */
    '/statuses': {
      asks: {
        body: {
          body: string
          ktag_id?: string | undefined
          text_followers?: boolean | undefined
          /** Do it then and not now: at least a minute ahead, a year at most. The answer is 202 and the job. */
          scheduled_at?: string | undefined
        } | FormData
        idempotencyKey?: string | undefined
      }
      gives: Status | Job
    }
    /** Create a widget */
    '/widgets': {
      asks: {
        body: {
          ktag_id: string
          kind: 'status' | 'follow' | 'message' | 'call'
          title?: string | null | undefined
          theme?: {
            color?: string | null | undefined
            dark?: boolean | null | undefined
            width?: number | null | undefined
          } | undefined
          allowed_domains?: readonly string[] | undefined
        }
        idempotencyKey?: string | undefined
      }
      gives: Widget
    }
  }
  put: {
    /** Add a member */
    '/groups/{group_id}/members/{contact_id}': {
      asks: {
        params: { group_id: string; contact_id: string }
      }
      gives: GroupDetail
    }
    /** Set your mobile number */
    '/me/mobile': {
      asks: {
        body: {
          mobile: string
        }
      }
      gives: Mobile
    }
  }
  patch: {
    /** Edit an event */
    '/calendar/events/{event_id}': {
      asks: {
        params: { event_id: string }
        body?: {
          title?: string | undefined
          starts_at?: string | undefined
          ends_at?: string | null | undefined
          all_day?: boolean | undefined
          timezone?: string | undefined
          notes?: string | null | undefined
          location?: string | null | undefined
          repeat?: 'none' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'yearly' | undefined
          reminder_minutes?: number | null | undefined
          remind_via?: readonly ('push' | 'sms' | 'email')[] | undefined
          action?: {
            type: 'text' | 'status' | 'call' | 'grid_call'
            to?: string | null | undefined
            ktag?: string | null | undefined
            body?: string | null | undefined
          } | null | undefined
        } | undefined
      }
      gives: CalendarEvent
    }
    /** Set call privacy */
    '/calls/active': {
      asks: {
        body: {
          privacy: 'private' | 'open'
        }
      }
      gives: Call
    }
    /** Mute a participant or put them on hold */
    '/calls/active/participants/{id}': {
      asks: {
        params: { id: string }
        body: {
          muted?: boolean | undefined
          on_hold?: boolean | undefined
        }
      }
      gives: Participant
    }
    /** Edit a contact */
    '/contacts/{contact_id}': {
      asks: {
        params: { contact_id: string }
        body?: {
          name?: string | undefined
          nickname?: string | null | undefined
          mobile?: string | null | undefined
          email?: string | null | undefined
          ktag?: string | null | undefined
          notes?: string | null | undefined
        } | undefined
      }
      gives: Contact
    }
    /** Edit a group */
    '/groups/{group_id}': {
      asks: {
        params: { group_id: string }
        body?: {
          name?: string | undefined
          contact_ids?: readonly string[] | undefined
        } | undefined
      }
      gives: GroupDetail
    }
    /** Mark read / unread */
    '/inbox/{message_id}': {
      asks: {
        params: { message_id: string }
        body: {
          read: boolean
        }
      }
      gives: Message
    }
    /** Edit a tag */
    '/ktags/{ktag_id}': {
      asks: {
        params: { ktag_id: string }
        body?: {
          title?: string | null | undefined
          description?: string | null | undefined
          visibility?: 'public' | 'private' | undefined
          post_policy?: 'owner' | 'followers' | undefined
          message_policy?: 'anyone' | 'followers' | 'nobody' | undefined
          call_policy?: 'anyone' | 'followers' | 'nobody' | undefined
          voicemail?: boolean | undefined
          name?: string | undefined
          avatar_file_id?: string | null | undefined
          is_primary?: boolean | undefined
        } | undefined
      }
      gives: Ktag
    }
    /** Update your profile */
    '/me': {
      asks: {
        body?: {
          name?: string | undefined
          bio?: string | null | undefined
          email?: string | null | undefined
          timezone?: string | undefined
          locale?: string | undefined
          primary_ktag_id?: string | undefined
          settings?: {
            sms_inbox?: boolean | undefined
            sms_feed?: boolean | undefined
            quiet_hours?: {
              start: string
              end: string
            } | null | undefined
            ring_for_tags?: boolean | undefined
            /** A sound of your own that callers hear before the tone; null for the standard words. */
            voicemail_greeting_file_id?: string | null | undefined
            blocked?: readonly string[] | undefined
          } | undefined
        } | undefined
      }
      gives: Me
    }
    /** Edit a status */
    '/statuses/{post_id}': {
      asks: {
        params: { post_id: string }
        body: {
          body: string
        }
      }
      gives: Status
    }
    /** Edit a widget */
    '/widgets/{widget_id}': {
      asks: {
        params: { widget_id: string }
        body?: {
          kind?: 'status' | 'follow' | 'message' | 'call' | undefined
          title?: string | null | undefined
          theme?: {
            color?: string | null | undefined
            dark?: boolean | null | undefined
            width?: number | null | undefined
          } | undefined
          allowed_domains?: readonly string[] | undefined
          enabled?: boolean | undefined
          rotate_key?: boolean | undefined
        } | undefined
      }
      gives: Widget
    }
  }
  delete: {
    /** Sign out everywhere */
    '/auth/sessions': {
      asks: object
      gives: undefined
    }
    /** Revoke one session */
    '/auth/sessions/{session_id}': {
      asks: {
        params: { session_id: string }
      }
      gives: undefined
    }
    /** Delete an event */
    '/calendar/events/{event_id}': {
      asks: {
        params: { event_id: string }
        query?: { occurrence_at?: string | undefined } | undefined
      }
      gives: undefined
    }
    /** Remove the calendar address */
    '/calendar/feed': {
      asks: object
      gives: undefined
    }
    /** End the call */
    '/calls/active': {
      asks: object
      gives: undefined
    }
    /** Remove a participant */
    '/calls/active/participants/{id}': {
      asks: {
        params: { id: string }
      }
      gives: undefined
    }
    /** Delete a contact */
    '/contacts/{contact_id}': {
      asks: {
        params: { contact_id: string }
      }
      gives: undefined
    }
    /** End the grid call */
    '/grid/calls': {
      asks: object
      gives: undefined
    }
    /** Remove from the grid */
    '/grid/members/{contact_id}': {
      asks: {
        params: { contact_id: string }
      }
      gives: undefined
    }
    /** Delete a group */
    '/groups/{group_id}': {
      asks: {
        params: { group_id: string }
      }
      gives: undefined
    }
    /** Remove a member */
    '/groups/{group_id}/members/{contact_id}': {
      asks: {
        params: { group_id: string; contact_id: string }
      }
      gives: undefined
    }
    /** Delete a message */
    '/inbox/{message_id}': {
      asks: {
        params: { message_id: string }
      }
      gives: undefined
    }
    /** Revoke an invite */
    '/invites/{invite_id}': {
      asks: {
        params: { invite_id: string }
      }
      gives: undefined
    }
    /** Delete a tag */
    '/ktags/{ktag_id}': {
      asks: {
        params: { ktag_id: string }
      }
      gives: undefined
    }
    /** Unfollow a tag */
    '/ktags/{ktag_id}/follow': {
      asks: {
        params: { ktag_id: string }
      }
      gives: undefined
    }
    /** Delete your account */
    '/me': {
      asks: {
        body?: {
          password?: string | undefined
          code?: string | undefined
        } | undefined
      }
      gives: undefined
    }
    /** Remove an IM handle */
    '/me/im-identities/{im_id}': {
      asks: {
        params: { im_id: string }
      }
      gives: undefined
    }
    /** Cancel a scheduled message */
    '/scheduled-jobs/{job_id}': {
      asks: {
        params: { job_id: string }
      }
      gives: undefined
    }
    /** Delete a status */
    '/statuses/{post_id}': {
      asks: {
        params: { post_id: string }
      }
      gives: undefined
    }
    /** Delete a widget */
    '/widgets/{widget_id}': {
      asks: {
        params: { widget_id: string }
      }
      gives: undefined
    }
  }
}

/** The topics of one's own. */
export type Topic = 'inbox' | 'feed' | 'statuses' | 'call' | 'grid' | 'jobs' | 'calendar' | 'tags' | 'book' | 'invites' | 'account'

/** What the socket tells, by the event's name. */
export interface Events {
  'call.created': { topic: 'call'; transient: false; data: {
    call: Call
  } }
  'call.updated': { topic: 'call'; transient: false; data: {
    call: Call
  } }
  'call.ended': { topic: 'call'; transient: false; data: {
    call: Call
  } }
  'call.participant_updated': { topic: 'call'; transient: false; data: {
    call_id: string
    participant: Participant
  } }
  'call.speaking': { topic: 'call'; transient: true; data: {
    call_id: string
    participant_ids: readonly string[]
  } }
  'inbox.message_created': { topic: 'inbox'; transient: false; data: {
    message: Message
  } }
  'inbox.message_updated': { topic: 'inbox'; transient: false; data: {
    message: Message
  } }
  'inbox.message_deleted': { topic: 'inbox'; transient: false; data: {
    id: string
  } }
  'inbox.unread_count': { topic: 'inbox'; transient: false; data: UnreadCount }
  'feed.status_created': { topic: 'feed'; transient: false; data: {
    status: Status
  } }
  'feed.status_updated': { topic: 'feed'; transient: false; data: {
    status: Status
  } }
  'feed.status_deleted': { topic: 'feed'; transient: false; data: {
    id: string
    ktag_id: string
  } }
  'feed.call_live': { topic: 'feed'; transient: false; data: {
    ktag: KtagRef
    call: CallSummary
  } }
  'feed.call_closed': { topic: 'feed'; transient: false; data: {
    ktag_id: string
    call_id: string
  } }
  'status.created': { topic: 'statuses'; transient: false; data: {
    status: Status
  } }
  'status.updated': { topic: 'statuses'; transient: false; data: {
    status: Status
  } }
  'status.deleted': { topic: 'statuses'; transient: false; data: {
    id: string
    ktag_id: string
  } }
  'status.delivery': { topic: 'statuses'; transient: false; data: {
    id: string
    delivery: Delivery
  } }
  'ktag.created': { topic: 'tags'; transient: false; data: {
    ktag: Ktag | {
      id: string
      name: string
      title: string | null
      avatar_url: string | null
      description: string | null
      visibility: 'public' | 'private'
      post_policy: 'owner' | 'followers'
      message_policy: 'anyone' | 'followers' | 'nobody'
      call_policy: 'anyone' | 'followers' | 'nobody'
      /** Whether callers may leave messages. */
      voicemail: boolean
      /** Six digits that reach the tag from a keypad. */
      extension: string
      is_primary: boolean
      follower_count: number
      created_at: string
      updated_at: string
    }
  } }
  'ktag.updated': { topic: 'tags'; transient: false; data: {
    ktag: Ktag | {
      id: string
      name: string
      title: string | null
      avatar_url: string | null
      description: string | null
      visibility: 'public' | 'private'
      post_policy: 'owner' | 'followers'
      message_policy: 'anyone' | 'followers' | 'nobody'
      call_policy: 'anyone' | 'followers' | 'nobody'
      /** Whether callers may leave messages. */
      voicemail: boolean
      /** Six digits that reach the tag from a keypad. */
      extension: string
      is_primary: boolean
      follower_count: number
      created_at: string
      updated_at: string
    }
  } }
  'ktag.deleted': { topic: 'tags'; transient: false; data: {
    id: string
  } }
  'ktag.follower_added': { topic: 'tags'; transient: false; data: {
    ktag_id: string
    follower_count: number
    person: Person | null
  } }
  'ktag.follower_removed': { topic: 'tags'; transient: false; data: {
    ktag_id: string
    follower_count: number
  } }
  'follow.created': { topic: 'tags'; transient: false; data: {
    follow: Follow
  } }
  'follow.updated': { topic: 'tags'; transient: false; data: {
    follow: Follow
  } }
  'follow.deleted': { topic: 'tags'; transient: false; data: {
    ktag_id: string
  } }
  'contact.created': { topic: 'book'; transient: false; data: {
    contact: Contact
  } }
  'contact.updated': { topic: 'book'; transient: false; data: {
    contact: Contact
  } }
  'contact.deleted': { topic: 'book'; transient: false; data: {
    id: string
  } }
  'group.created': { topic: 'book'; transient: false; data: {
    group: GroupDetail
  } }
  'group.updated': { topic: 'book'; transient: false; data: {
    group: GroupDetail
  } }
  'group.deleted': { topic: 'book'; transient: false; data: {
    id: string
  } }
  'grid.updated': { topic: 'grid'; transient: false; data: {
    grid: Grid
  } }
  'calendar.event_created': { topic: 'calendar'; transient: false; data: {
    event: CalendarEvent
  } }
  'calendar.event_updated': { topic: 'calendar'; transient: false; data: {
    event: CalendarEvent
  } }
  'calendar.reminder': { topic: 'calendar'; transient: false; data: {
    event: CalendarEvent
  } }
  'calendar.event_deleted': { topic: 'calendar'; transient: false; data: {
    id: string
    occurrence_at: string | null
  } }
  'invite.created': { topic: 'invites'; transient: false; data: {
    invite: Invite
  } }
  'invite.failed': { topic: 'invites'; transient: false; data: {
    invite: Invite
  } }
  'invite.accepted': { topic: 'invites'; transient: false; data: {
    invite: Invite
  } }
  'invite.revoked': { topic: 'invites'; transient: false; data: {
    invite: Invite
  } }
  'invite.expired': { topic: 'invites'; transient: false; data: {
    invite: Invite
  } }
  'job.created': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'job.updated': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'job.started': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'job.completed': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'job.failed': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'job.cancelled': { topic: 'jobs'; transient: false; data: {
    job: Job
  } }
  'me.updated': { topic: 'account'; transient: false; data: {
    user: User
    gate: Gate
  } }
  'me.gate_changed': { topic: 'account'; transient: false; data: {
    gate: Gate
  } }
  'billing.entitlements_changed': { topic: 'account'; transient: false; data: {
    entitlements: Entitlements
    subscription: Subscription
  } }
  'command.executed': { topic: 'account'; transient: false; data: {
    id: string
    source: 'app' | 'sms' | 'schedule'
    text: string
    verb: string | null
    canonical: string | null
    status: 'ok' | 'confirm_required' | 'scheduled' | 'failed'
    reply: string
    /** Of the refusal. */
    code: string | null
  } }
  'session.created': { topic: 'account'; transient: false; data: {
    session: Session
  } }
  'session.revoked': { topic: 'account'; transient: false; data: {
    id: string
  } }
}

/** What a topic that is watched on demand answers with, by its form. */
export interface Snapshots {
  [topic: `call:${string}`]: {
    call: Call
  }
  [topic: `ktag:${string}`]: {
    ktag: KtagPage
  }
}

