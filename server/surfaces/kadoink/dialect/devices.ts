import type { Device } from '#domain/sessions'
import type { RequestInfo } from '#kit/endpoint'

/** From where somebody signs in, under the name that they give the device. */
export function deviceOf(request: RequestInfo, name: string | undefined): Device {
  return { name: name || null, userAgent: request.userAgent, ip: request.ip }
}
