/** What Telegram tells us of a private chat with our bot. */
export interface Told {
  /** Telegram's own number of it: told again, it counts once. */
  readonly updateId: number
  /** When it happened, by Telegram's clock, to the second. */
  readonly at: Date
  readonly chatId: string
  /** What the person's Telegram speaks. */
  readonly language: 'en' | 'ru'
  readonly said: /** Start was pressed, or something was written. */
    | { readonly kind: 'words' }
    /** A contact was shared: a person's number, E.164, if it is one, and whether it is that of who shares it. */
    | { readonly kind: 'contact'; readonly phone: string | null; readonly isOwn: boolean }
    | { readonly kind: 'blocked' }
}

/** A chat whose person has shared their number with our bot. */
export interface Chat {
  readonly chatId: string
}
