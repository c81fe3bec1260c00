import type { Json, Person } from '#test/people'

/** Say something on a tag; on one's primary tag unless another is named. Nobody is texted unless that is wanted. */
export async function says(author: Person, body: string, more: Json = {}): Promise<Json> {
  const answer = await author.post('/statuses', { body, text_followers: false, ...more })
  if (answer.status !== 201) throw new Error(`Nothing was said: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** The words of a list of statuses, in its order. */
export async function wordsOf(viewer: Person, path: string): Promise<string[]> {
  const { status, body } = await viewer.get(path)
  if (status !== 200) throw new Error(`${path} was not shown: ${JSON.stringify(body)}`)
  return body.items.map((item: Json) => item.body)
}

/** The tag that everyone has. */
export function primaryOf({ user }: Person): Json {
  return user.primary_ktag
}
