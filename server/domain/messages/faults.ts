import { defineFault } from '#kit/fault'

/** The tag takes no messages, or none of this person: which of the two is not told apart. */
export const MessagesNotTaken = defineFault('messages_not_taken', 'forbidden', 'They take no messages at the moment.')

/** Nobody can be answered there: the number was hidden, or a visitor of a widget has typed it and proved nothing. */
export const NotAnswerable = defineFault('not_answerable', 'conflict', 'Nobody is known who could be answered there.')

/** A text brings no pictures and no sounds, and there is nothing else in it. */
export const WordsMissing = defineFault(
  'words_missing',
  'invalid',
  'A text brings no pictures or sounds: write some words.',
)
