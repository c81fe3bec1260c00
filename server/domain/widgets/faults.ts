import { defineFault } from '#kit/fault'

export const WidgetNotFound = defineFault('not_found', 'missing', 'There is no such widget.')
/** Deleted, switched off, under another key now, or its tag is not as it must be: visitors are told no more. */
export const WidgetGone = defineFault('widget_gone', 'gone', 'This widget is no longer available.')
/** What its owner is told who asks for the snippet of a widget that visitors do not see. */
export const WidgetDisabled = defineFault('widget_disabled', 'conflict', 'This widget is not shown. Enable it first.')
/** Statuses and follows are of public tags only. */
export const KtagPrivate = defineFault('ktag_private', 'conflict', 'This kind of widget needs a public tag.')
/** The form is too old, not one of ours, or was filled in by a machine: all look the same. */
export const FormRefused = defineFault('form_refused', 'invalid', 'That did not work. Please send it once more.')
/** The tag's owner takes no messages, or no calls, from people whom nobody knows. */
export const NotTaken = defineFault('not_taken', 'forbidden', 'This is not taken here at the moment.')
