/** What our bot says. */
export interface Words {
  /** To who has come. */
  readonly welcome: string
  /** On the button that shares a number. */
  readonly share: string
  /** To who has shared their number. */
  readonly linked: string
  /** To who has shared somebody else's. */
  readonly notYours: string
}

const WORDS: Readonly<Record<'en' | 'ru', Words>> = {
  en: {
    welcome:
      'This bot sends you one-time codes when you sign in somewhere with your phone number. Press the button to share your number with it; without that it cannot know which codes are yours.',
    share: 'Share my number',
    linked: 'Done: codes for your number can come here now. To have no more of them, block this bot.',
    notYours: 'That is not your own contact. Press the button to share your own number.',
  },
  ru: {
    welcome:
      'Этот бот присылает одноразовые коды, когда вы входите куда-нибудь по номеру телефона. Нажмите кнопку, чтобы поделиться своим номером: иначе бот не узнает, какие коды ваши.',
    share: 'Поделиться номером',
    linked:
      'Готово: коды для вашего номера теперь могут приходить сюда. Чтобы их больше не получать, заблокируйте бота.',
    notYours: 'Это не ваш контакт. Нажмите кнопку, чтобы поделиться своим номером.',
  },
}

/** What our bot says in a language. */
export function wordsFor(language: 'en' | 'ru'): Words {
  return WORDS[language]
}
