import type Koa from 'koa'

/** Refuse what no surface answers, in the envelope that the app API has too. */
export function refuse(ctx: Koa.Context, status: number, code: string, message: string): void {
  ctx.status = status
  ctx.body = { error: { code, message, fields: {} } }
}

/** Refuse a method, and say which ones are answered here. */
export function refuseMethod(ctx: Koa.Context, allow: readonly string[]): void {
  ctx.set('Allow', allow.join(', '))
  refuse(ctx, 405, 'method_not_allowed', 'This address does not answer to that method.')
}
