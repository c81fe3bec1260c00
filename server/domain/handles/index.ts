export { HandleExists, HandleNotFound } from './faults.ts'
export { add, forget, list, portable, remove, shownTo } from './handles.ts'
export { type Handle, NETWORKS, type NewHandle } from './model.ts'
