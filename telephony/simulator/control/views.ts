import { callSnapshots, conferenceSnapshots, messageSnapshots, recordingSnapshots } from '../snapshots.ts'
import { ControlError, type Route } from './route.ts'

/** What is to be seen of the network. */
export const VIEW_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/calls', summary: 'all calls', act: callSnapshots },
  {
    method: 'GET',
    path: '/calls/:name/timeline',
    summary: 'what happened to one call',
    act: (network, callSid) => {
      if (!network.calls.has(callSid)) throw new ControlError(404, `there is no call ${callSid}`)
      return network.journal.timeline(callSid)
    },
  },
  { method: 'GET', path: '/conferences', summary: 'all conferences', act: conferenceSnapshots },
  { method: 'GET', path: '/messages', summary: 'all messages', act: messageSnapshots },
  { method: 'GET', path: '/recordings', summary: 'all recordings', act: recordingSnapshots },
  {
    method: 'GET',
    path: '/timelines/:name',
    summary: 'what happened to a call, a message, a conference or a recording, by SID',
    act: (network, sid) => {
      const timeline = network.journal.timeline(sid)
      if (timeline.length === 0) throw new ControlError(404, `nothing happened to ${sid}`)
      return timeline
    },
  },
  {
    method: 'GET',
    path: '/violations',
    summary: 'breaches of the rules',
    act: (network) => network.journal.violations(),
  },
]
