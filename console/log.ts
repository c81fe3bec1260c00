import type { LiveEvent } from '#client'
import type { Frame, State } from './state.ts'

/** How many frames are kept; older ones are let go. */
const KEPT = 300
let no = 0

/** The state after the socket has told something: paused, the log counts and shows nothing new. */
export function afterFrame(state: State, told: LiveEvent): State {
  return noted(state, { at: new Date(told.at), event: told.event, topic: told.topic, data: told.data })
}

/** The state after something has happened to the connection itself. */
export function afterTurn(state: State, what: string): State {
  return noted(state, { at: new Date(), event: what, topic: 'connection', data: null })
}

/** The state with an empty log. */
export function cleared(state: State): State {
  return { ...state, frames: [], unseenFrames: 0 }
}

/** The state with the log held, or running again. What came while it was held is kept, up to its bound. */
export function paused(state: State, isLogPaused: boolean): State {
  return { ...state, isLogPaused, unseenFrames: 0 }
}

function noted(state: State, frame: Omit<Frame, 'no'>): State {
  const frames = [{ ...frame, no: ++no }, ...state.frames].slice(0, KEPT)
  return { ...state, frames, unseenFrames: state.isLogPaused ? state.unseenFrames + 1 : 0 }
}
