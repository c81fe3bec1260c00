import { AccountSuspended } from '#domain/accounts'
import { parsePhone } from '#domain/phones'
import { authenticate, recognise, type Viewer } from '#domain/sessions'
import { defineSurface, type RequestInfo, type Scheme } from '#kit/endpoint'
import { defineFault, Unauthorized } from '#kit/fault'
import type { Caller, Limit } from '#kit/limit'
import type { View } from '#kit/unit'
import { ErrorSchema, renderFault } from './dialect/errors.ts'

const HOUR = 3600
const DAY = 86_400

/** The account's mobile has not been verified; the way through is `/me/mobile`. */
export const MobileUnverified = defineFault('mobile_unverified', 'forbidden', 'Verify your mobile number first.')

const bearer: Scheme<Viewer> = {
  security: { type: 'http', scheme: 'bearer', description: 'A token that starts with `kdk_`.' },
  faults: [Unauthorized, AccountSuspended],
  authenticate: async (view, request) => authenticate(view, bearerToken(request)),
  viewerId: (viewer) => viewer.user.id,
}

/** A token whose holder may be suspended: they may see that they are, and sign out. */
const suspendable: Scheme<Viewer> = {
  ...bearer,
  faults: [Unauthorized],
  authenticate: async (view, request) => recognise(view, bearerToken(request)),
}

/** A token is welcome and may be absent; one that is shown must be good. */
const optional: Scheme<Viewer | null> = {
  security: null,
  faults: [Unauthorized, AccountSuspended],
  authenticate: async (view: View, request: RequestInfo) =>
    request.authorization === null ? null : authenticate(view, bearerToken(request)),
  viewerId: (viewer) => viewer?.user.id,
}

/** The token that a request shows. Throws `Unauthorized`. */
export function bearerToken(request: RequestInfo): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.authorization ?? '') ?? []
  if (token === undefined) throw Unauthorized()
  return token
}

/** Who a sign-in is for; a number counts as one however it is written. */
function usernameOf({ body }: Caller): string {
  const { username } = body as { username: string }
  return parsePhone(username) ?? username.toLowerCase()
}

/** Every limit of this surface: budgets of points in seconds, by caller. Codes are also counted in the database. */
const limits = {
  login: [
    { points: 50, perSeconds: HOUR, by: 'ip' },
    { points: 5, perSeconds: 900, by: (caller) => `${usernameOf(caller)} ${caller.ip}`, isForgiving: true },
    { points: 20, perSeconds: HOUR, by: usernameOf },
    // Each one costs a look at a password: of many addresses together there are so many and no more.
    { points: 1200, perSeconds: 60, by: () => 'everybody', counts: 'for everybody together' },
  ],
  register: [
    { points: 5, perSeconds: HOUR, by: 'ip' },
    { points: 20, perSeconds: DAY, by: 'ip' },
  ],
  password: [{ points: 5, perSeconds: 900, by: 'viewer' }],
  reauth: [
    { points: 60, perSeconds: 60, by: 'ip' },
    { points: 10, perSeconds: 900, by: 'viewer' },
  ],
  otp_send: [{ points: 30, perSeconds: HOUR, by: 'ip' }],
  otp_verify: [{ points: 30, perSeconds: HOUR, by: 'ip' }],
  sms_code: [
    { points: 20, perSeconds: HOUR, by: 'viewer' },
    { points: 30, perSeconds: HOUR, by: 'ip' },
  ],
  call: [
    { points: 6, perSeconds: 600, by: 'viewer' },
    { points: 30, perSeconds: DAY, by: 'viewer' },
  ],
  // Whom it goes to is counted in the database, by the month and by the hour.
  sms: [{ points: 30, perSeconds: 60, by: 'viewer' }],
  command: [{ points: 60, perSeconds: 60, by: 'viewer' }],
  // Once in 30 days for each address, whoever invites it: that is counted in the database.
  invite: [
    { points: 10, perSeconds: HOUR, by: 'viewer' },
    { points: 50, perSeconds: DAY, by: 'viewer' },
  ],
  upload: [{ points: 20, perSeconds: HOUR, by: 'viewer' }],
  abuse: [
    { points: 10, perSeconds: DAY, by: 'ip' },
    { points: 10, perSeconds: DAY, by: 'viewer' },
  ],
  search: [{ points: 60, perSeconds: 60, by: 'viewer' }],
  // The phones that are rung are counted in the database, by what the account may have rung.
  leg: [{ points: 300, perSeconds: 600, by: 'viewer' }],
  write: [{ points: 120, perSeconds: 60, by: 'viewer' }],
  read: [{ points: 600, perSeconds: 60, by: 'viewer' }],
  // A list of people has as many pictures.
  picture: [{ points: 1200, perSeconds: 60, by: 'ip' }],
  auth_ip: [{ points: 60, perSeconds: 60, by: 'ip' }],
  public: [{ points: 60, perSeconds: 60, by: 'ip' }],
  // Many people look at one page from behind one address; what they send is counted in the database too.
  widget: [{ points: 300, perSeconds: 60, by: 'ip' }],
  widget_form: [{ points: 30, perSeconds: 600, by: 'ip' }],
} satisfies Record<string, Limit>

/** The Kadoink app API. */
export const kadoink = defineSurface({
  name: 'kadoink',
  title: 'Kadoink API',
  version: '1.0.0',
  description:
    'The API that the Kadoink apps run on. JSON in and out, `snake_case`; times in UTC with a trailing `Z`; phone ' +
    'numbers in E.164; tag names without the `*`. Send the token as `Authorization: Bearer kdk_…`. Operations marked ' +
    '`x-extension` go beyond the published list.',
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
  contact: { name: 'Kadoink' },
  tags: {
    Authentication: 'Accounts, sign-in in one or two steps, sessions, lost passwords.',
    'Your account': 'Profile, mobile number, password, and everything else that is one’s own.',
    Home: 'Everything an app shows when it opens, in one answer.',
    Inbox: 'Texts and voicemails that came in.',
    'Statuses & feed': 'What is said on tags, and what is said on those one follows.',
    Tags: 'Public names: what they are, who follows them, who may call and text them.',
    Contacts: 'The address book.',
    Groups: 'Contacts that are called together.',
    'Calls & grid': 'Calls, who is on them, and the board of people that are called at once.',
    Commands: 'What can be said in one line, from the app as by text.',
    Media: 'Sound and photos.',
    Calendar: 'Events, reminders, and what is done when they come.',
    Widgets: 'Parts of other people’s pages that speak for a tag.',
    Invites: 'Bringing others in.',
    'Scheduled messages': 'Texts and calls that wait for their time.',
    Billing: 'The plan, what it allows, and how it is paid.',
    'Public profiles': 'What everybody may see, and how to report what nobody should.',
  },
  mounts: ['/api/v1'],
  schemes: { bearer, suspendable, optional },
  gates: {
    mobile: { fault: MobileUnverified, isOpen: (viewer: Viewer) => viewer.user.mobileVerifiedAt !== null },
  },
  limits,
  bodyLimit: 256 * 1024,
  error: ErrorSchema,
  renderFault,
})
