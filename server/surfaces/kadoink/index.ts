import type { MediaTools } from '#domain/media'
import type { Till } from '#domain/subscriptions'
import type { MountedSurface } from '#kit/endpoint'
import * as account from './endpoints/account.ts'
import * as authentication from './endpoints/authentication.ts'
import { avatarEndpoints } from './endpoints/avatars.ts'
import * as billing from './endpoints/billing.ts'
import * as calendar from './endpoints/calendar.ts'
import * as callControls from './endpoints/call-controls.ts'
import * as calls from './endpoints/calls.ts'
import { checkoutEndpoints } from './endpoints/checkout.ts'
import * as commands from './endpoints/commands.ts'
import * as contacts from './endpoints/contacts.ts'
import * as grid from './endpoints/grid.ts'
import * as groups from './endpoints/groups.ts'
import { homeEndpoints } from './endpoints/home.ts'
import * as imIdentities from './endpoints/im-identities.ts'
import * as inbox from './endpoints/inbox.ts'
import * as invites from './endpoints/invites.ts'
import { mediaEndpoints } from './endpoints/media.ts'
import * as moderation from './endpoints/moderation.ts'
import { profileEndpoints } from './endpoints/profiles.ts'
import * as recovery from './endpoints/recovery.ts'
import * as scheduledJobs from './endpoints/scheduled-jobs.ts'
import { postingEndpoints } from './endpoints/status-posting.ts'
import * as statuses from './endpoints/statuses.ts'
import * as tags from './endpoints/tags.ts'
import * as widgets from './endpoints/widgets.ts'
import { guide } from './guide/index.ts'
import { kadoinkDeclared } from './live/declared.ts'
import * as billingPages from './pages/billing.ts'
import * as calendarPages from './pages/calendars.ts'
import * as invitePages from './pages/invites.ts'
import * as joinPages from './pages/join.ts'
import * as linkPages from './pages/links.ts'
import { profilePages } from './pages/profiles.ts'
import * as voicemailPages from './pages/voicemail.ts'
import { widgetPages } from './pages/widgets.ts'
import type { CursorOf } from './presenters/home.ts'
import { kadoink } from './surface.ts'
import type { BotCheck } from './widgets/bot-check.ts'

export { countUse } from './limits.ts'
export { kadoinkLive, speakingFrame } from './live/index.ts'
export { profileViews } from './profile-views.ts'
export { widgetViews } from './widget-views.ts'
export type { BotCheck } from './widgets/bot-check.ts'

/** What the surface needs of other rooms: where media are kept, what makes pictures harmless, and more. */
export interface KadoinkTools extends Omit<MediaTools, 'database'> {
  /** Who takes the money; null where nothing is sold. */
  readonly till?: Till | null
  /** The place in what is told of which a view is, for a person's own channel. */
  readonly cursorOf: CursorOf
  /** Told of each tag whose profile somebody else than its owner has looked at. */
  readonly onProfileView?: (ktagId: string) => void
  /** Told of each widget that a visitor has been shown. */
  readonly onWidgetView?: (widgetId: string) => void
  /** What else the forms of widgets are held against. */
  readonly botCheck?: BotCheck | undefined
}

/** The Kadoink app API with everything it answers. */
export function kadoinkSurface({
  blobs,
  pictures,
  till = null,
  cursorOf,
  onProfileView = () => {},
  onWidgetView = () => {},
  botCheck,
}: KadoinkTools): MountedSurface {
  const modules = [
    authentication,
    recovery,
    account,
    imIdentities,
    inbox,
    statuses,
    tags,
    contacts,
    groups,
    calls,
    callControls,
    grid,
    billing,
    calendar,
    widgets,
    commands,
    invites,
    scheduledJobs,
    moderation,
  ]
  return {
    surface: kadoink,
    endpoints: [
      ...modules.flatMap((module) => Object.values(module)),
      ...avatarEndpoints({ blobs, pictures }),
      ...mediaEndpoints(blobs),
      ...postingEndpoints({ blobs, pictures }),
      ...homeEndpoints(cursorOf),
      ...checkoutEndpoints(till),
      ...profileEndpoints(onProfileView),
    ],
    pages: [
      ...Object.values(linkPages),
      ...Object.values(joinPages),
      ...Object.values(voicemailPages),
      ...Object.values(billingPages),
      ...Object.values(calendarPages),
      ...Object.values(invitePages),
      ...profilePages(onProfileView),
      ...widgetPages({ onView: onWidgetView, botCheck }),
    ],
    live: kadoinkDeclared,
    guide,
  }
}
