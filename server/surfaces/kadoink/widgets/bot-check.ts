import type { Html } from '#kit/html'

/**
 * Where a captcha goes, should this deployment have one. It stands behind what every form of a widget has anyway (a field
 * that people do not see, a signed ticket that is neither too young nor too old, budgets), and is given to
 * `kadoinkSurface` where the process is composed. See `docs/widgets.md`.
 */
export interface BotCheck {
  /** What it puts into a form, before the button; its answer comes back in a field of the form. */
  readonly field: Html
  /** Origins from which the page may load its scripts and frames, for example `https://challenges.example.com`. */
  readonly origins: readonly string[]
  /**
   * Whether somebody has passed it: asked with the whole form before it is taken, outside of any transaction, and once for
   * each time it is sent. A rejection means that nobody can say, and the form is not taken.
   */
  passes(form: Readonly<Record<string, string>>, ip: string): Promise<boolean>
}
