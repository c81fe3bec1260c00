export { AllowedDomainsSchema, framersOf, readDomain } from './domains.ts'
export { FormRefused, KtagPrivate, NotTaken, WidgetDisabled, WidgetGone, WidgetNotFound } from './faults.ts'
export {
  type NewWidget,
  type OwnWidget,
  WIDGET_KINDS,
  type Widget,
  type WidgetChanges,
  type WidgetKind,
  type WidgetSettings,
  type WidgetTheme,
} from './model.ts'
export { create, edit, get, getShown, list, remove } from './widgets.ts'
