export { askForCall, takesCalls } from './call.ts'
export { AllowedDomainsSchema, framersOf, readDomain } from './domains.ts'
export { FormRefused, KtagPrivate, NotTaken, WidgetDisabled, WidgetGone, WidgetNotFound } from './faults.ts'
export { askToFollow, confirmFollow } from './follow.ts'
export { formAgain, newForm, readForm } from './forms.ts'
export { leaveMessage, takesMessages } from './message.ts'
export {
  type NewWidget,
  type OwnWidget,
  USUAL_THEME,
  WIDGET_KINDS,
  type Widget,
  type WidgetChanges,
  type WidgetKind,
  type WidgetSettings,
  type WidgetTheme,
} from './model.ts'
export { forget, portable, tidy } from './upkeep.ts'
export type { SentForm } from './uses.ts'
export { countViews, type ShownWidget, visit, visitById, visitKind } from './visitors.ts'
export { count, create, edit, get, getShown, list, remove } from './widgets.ts'
