import type { Ktag } from '#domain/tags'

/** What a widget does: show statuses, or let visitors follow, write or call. */
export const WIDGET_KINDS = ['status', 'follow', 'message', 'call'] as const
export type WidgetKind = (typeof WIDGET_KINDS)[number]

/** How a widget looks on somebody else's page. */
export interface WidgetTheme {
  /** `#rrggbb`, lower case; null: ours. */
  readonly color: string | null
  /** Null: as the visitor's system has it. */
  readonly dark: boolean | null
  /** CSS pixels at most; null: as wide as its place. */
  readonly width: number | null
}

/** How a widget looks of which nobody has said how: light, since most pages are, whatever their visitors' systems. */
export const USUAL_THEME: WidgetTheme = { color: null, dark: false, width: null }

/** What an owner decides about a widget. */
export interface WidgetSettings {
  readonly kind: WidgetKind
  readonly title: string | null
  readonly theme: WidgetTheme
  /** Hosts in ASCII whose pages may show it, as `DomainSchema` writes them; none: any page may. */
  readonly allowedDomains: readonly string[]
}

/** A part of a tag that is shown on other people's pages. */
export interface Widget extends WidgetSettings {
  readonly id: string
  readonly ownerId: string
  readonly ktagId: string
  /** Whether its owner has it switched on. */
  readonly isEnabled: boolean
  /** What its address is made of: random, known to whoever sees the page that it stands on. */
  readonly publicKey: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How often a widget was shown, and how often a visitor did something with it. */
export interface WidgetStats {
  readonly views: number
  readonly actions: number
}

/** A widget as its owner sees it. */
export interface OwnWidget {
  readonly widget: Widget
  readonly ktag: Ktag
  readonly stats: WidgetStats
  /** Whether visitors see it: switched on, and its tag is as its kind needs it. */
  readonly isShown: boolean
}

/** What a widget is made of; what is not said is decided by default. */
export interface NewWidget extends Partial<Omit<WidgetSettings, 'theme'>> {
  readonly ktagId: string
  readonly kind: WidgetKind
  readonly theme?: Partial<WidgetTheme>
}

/** What is to change; absent keys stay. Of a theme, absent parts stay too. */
export interface WidgetChanges extends Partial<Omit<WidgetSettings, 'theme'>> {
  readonly theme?: Partial<WidgetTheme>
  readonly isEnabled?: boolean
  /** Give it another key: embeds with the old one are over. */
  readonly rotateKey?: boolean
}

/** What everybody reads or gets by text is only given of public tags; a message or a call reaches the owner alone. */
export function needsPublicTag(kind: WidgetKind): boolean {
  return kind === 'status' || kind === 'follow'
}

/** What visitors do: ask for a code, type it, write, have themselves called. */
export type Action = 'follow' | 'confirm' | 'message' | 'call'

/** So many in so long. */
export interface Budget {
  readonly uses: number
  readonly perSeconds: number
}

/** Budgets of one action, by what is counted. */
export type Budgets = { readonly [K in 'ofIp' | 'ofPhone' | 'ofPrefix' | 'ofWidget' | 'ofOwner']?: readonly Budget[] }

const BUDGETS: Readonly<Record<Action, Budgets>> = {
  // Codes are counted where they are sent: by number, and by the numbers around it.
  follow: { ofIp: [{ uses: 10, perSeconds: 3600 }], ofWidget: [{ uses: 300, perSeconds: 3600 }] },
  confirm: {},
  message: {
    ofIp: [{ uses: 10, perSeconds: 3600 }],
    ofPhone: [
      { uses: 5, perSeconds: 3600 },
      { uses: 10, perSeconds: 86_400 },
    ],
    ofWidget: [{ uses: 60, perSeconds: 3600 }],
    ofOwner: [{ uses: 300, perSeconds: 86_400 }],
  },
  call: {
    ofIp: [
      { uses: 5, perSeconds: 3600 },
      { uses: 20, perSeconds: 86_400 },
    ],
    ofPhone: [
      { uses: 2, perSeconds: 600 },
      { uses: 5, perSeconds: 86_400 },
    ],
    ofPrefix: [{ uses: 20, perSeconds: 3600 }],
    ofWidget: [
      { uses: 6, perSeconds: 600 },
      { uses: 30, perSeconds: 86_400 },
    ],
    ofOwner: [{ uses: 60, perSeconds: 86_400 }],
  },
}

/** What visitors may do, by phone number, by address, by widget and by owner. */
export const RULES = {
  /** How long a form may be filled in, and how fast nobody does. */
  formLives: 3600,
  fastestSeconds: 2,
  /** How many statuses are shown. */
  statuses: 5,
  budgets: BUDGETS,
  usesKept: 2 * 86_400,
  retiredKept: 365 * 86_400,
} as const
