import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type Koa from 'koa'

/** A file as it is sent with a page: plain, and packed for those who take it so. */
export interface Asset {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly packed: Buffer
}

/** The types of what our pages load. */
export const TYPES = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const

const pack = promisify(gzip)

/** Make a file ready to be sent. */
export async function assetOf(type: string, plain: Buffer): Promise<Asset> {
  return { type, etag: digest(plain), plain, packed: await pack(plain, { level: 9 }) }
}

/** A short name for what is in a file or a page; another one when that changes. */
export function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

/** Send a file whose address changes with what is in it: whoever has it keeps it for good. */
export function sendAsset(ctx: Koa.Context, { type, etag, plain, packed }: Asset): void {
  ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
  ctx.vary('Accept-Encoding')
  const isPacked = ctx.acceptsEncodings('gzip', 'identity') === 'gzip'
  if (isPacked) ctx.set('Content-Encoding', 'gzip')
  send(ctx, type, isPacked ? `${etag}-gzip` : etag, isPacked ? packed : plain)
}

/** Send a page under a policy; whoever has it asks each time whether it is still the same. */
export function sendPage(ctx: Koa.Context, policy: string, text: string): void {
  ctx.set('Content-Security-Policy', policy)
  ctx.set('Cache-Control', 'no-cache')
  send(ctx, 'text/html; charset=utf-8', digest(text), text)
}

/** Send what the reader does not have already. */
function send(ctx: Koa.Context, type: string, etag: string, body: string | Buffer): void {
  ctx.status = 200
  ctx.etag = etag
  ctx.body = body
  ctx.set('Content-Type', type)
  if (!ctx.fresh) return
  ctx.status = 304
  ctx.remove('Content-Encoding')
}
