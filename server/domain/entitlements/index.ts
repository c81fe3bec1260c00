export { COUNTED, type Entitlements, entitlementsOf, type Usage } from './entitlements.ts'
