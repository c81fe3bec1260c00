import type { View } from '#kit/unit'

/** Where the picture with this key is had by whoever knows the address; null without one. */
export function avatarUrl(view: View, key: string | null): string | null {
  return key === null ? null : `${view.site.publicUrl}/api/v1/avatars/${key}`
}
