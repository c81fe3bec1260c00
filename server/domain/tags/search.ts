import type { User } from '#domain/accounts'
import type { Page, PageRequest } from '#kit/page'
import type { View } from '#kit/unit'
import type { SeenKtag } from './model.ts'
import * as searchStore from './search-store.ts'

/**
 * Public tags that fit some words, with or without a leading `*`: by name, by the beginning of a name, and by what they
 * are about, misspelled or not where the database can tell.
 */
export async function search(view: View, viewer: User, words: string, request: PageRequest): Promise<Page<SeenKtag>> {
  const plain = words.replace(/^\*/, '').trim()
  return searchStore.search(view, viewer.id, plain, await searchStore.knowsLikeness(view), request)
}
