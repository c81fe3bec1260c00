const KEY = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/

/** Keys are words of ours, joined by slashes: none leads out of a directory or means something to a store. */
export function assertKey(key: string): void {
  if (key.length > 200 || !KEY.test(key)) throw new Error('A blob key of another shape than ours.')
}
