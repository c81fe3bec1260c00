export { countViews, get, type Profile } from './profiles.ts'
