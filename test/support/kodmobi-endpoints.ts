import { kodmobiSurface } from '#surfaces/kodmobi'

/** Everything the surface declares; nothing is asked through it here. */
export const declared = kodmobiSurface({ askChallenge: async () => true, tryOut: null })
