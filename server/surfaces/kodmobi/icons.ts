import type { Channel } from '#domain/verification'

/** A picture of a channel: a white sign on a ground of its own, legible in the light and in the dark. */
function icon(ground: string, sign: string): string {
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">' +
    `<rect width="32" height="32" rx="8" fill="${ground}"/>` +
    `<g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${sign}</g></svg>`
  )
}

/** A picture for each channel, as SVG. */
export const ICONS: Readonly<Record<Channel, string>> = {
  sms: icon('#3b6fd4', '<path d="M8 9h16v11H15l-4 4v-4H8z"/><path d="M12.5 14.5h.01M16 14.5h.01M19.5 14.5h.01"/>'),
  whatsapp: icon(
    '#1f9d55',
    '<path d="M8 24l1.2-4A8.5 8.5 0 1 1 12.3 23z"/><path d="M13 12.5c0 4 2.5 6.5 6.5 6.5l.5-2-2-1-1.2.8a6 6 0 0 1-1.6-1.6l.8-1.2-1-2z"/>',
  ),
  telegram: icon('#2a9bd6', '<path d="M24 8L7.5 15l5 2.2L15 24l3-4 4 3z"/><path d="M24 8L12.5 17.2"/>'),
  email: icon('#8a63c9', '<rect x="7.5" y="10" width="17" height="12" rx="1.5"/><path d="M8 11l8 6 8-6"/>'),
  voice: icon(
    '#c9772b',
    '<path d="M10 9h3l1.5 4-2 1.5a10 10 0 0 0 5 5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.6 1.5A14 14 0 0 1 8.5 10.6 1.5 1.5 0 0 1 10 9z"/>',
  ),
}

/** What there is a picture of. */
export type IconName = keyof typeof ICONS
