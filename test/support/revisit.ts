import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/** Ask for a page or a file as a browser does that has a copy; `fetch` would add that it wants none. Gives status and body. */
export function revisit(address: string, etag: string | null): Promise<[status: number | undefined, body: string]> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { 'If-None-Match': etag ?? '' } }, async (answer) => {
      resolve([answer.statusCode, await text(answer)])
    }).on('error', reject)
  })
}
