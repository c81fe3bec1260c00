import { announce } from '../announcement.ts'
import type { Conference } from '../conference.ts'
import type { Network } from '../network.ts'
import { notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import { pageOf } from './paging.ts'
import { presentConference } from './present.ts'
import { type RestHandler, type RestRequest, webhookOf } from './request.ts'

export const listConferences: RestHandler = (network, request) => {
  const { query } = request
  const conferences = [...network.conferences.values()].reverse().filter((conference) => {
    return (
      isEqual(query, 'FriendlyName', conference.name) &&
      isEqual(query, 'Status', conference.status) &&
      isWithin(query, 'DateCreated', conference.createdAt) &&
      isWithin(query, 'DateUpdated', conference.updatedAt)
    )
  })
  const body = pageOf(request, 'conferences', conferences, (conference) => presentConference(network, conference))
  return { status: 200, body }
}

export const fetchConference: RestHandler = (network, request) => {
  return { status: 200, body: presentConference(network, conferenceOf(network, request)) }
}

/** End it for everybody, or announce something to everybody. */
export const updateConference: RestHandler = (network, request) => {
  const conference = conferenceOf(network, request)
  if (request.form.get('Status') === 'completed') conference.end('conference-ended-via-api', null)
  const announcement = webhookOf(request.form, 'AnnounceUrl', 'AnnounceMethod')
  if (announcement) announce(network, conference, null, announcement)
  return { status: 200, body: presentConference(network, conference) }
}

/** The conference a path names, by SID or by the name of an active room. Throws 404. */
export function conferenceOf(network: Network, { params, path }: RestRequest): Conference {
  const key = decodeURIComponent(params.ConferenceSid ?? params.Sid ?? '')
  const conference = network.conferences.get(key) ?? network.rooms.get(key)
  if (!conference) throw notFound(path)
  return conference
}
