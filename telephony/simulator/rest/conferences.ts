import { announce } from '../announcement.ts'
import type { Conference } from '../conference.ts'
import { METHOD, oneOf, TEXT } from '../kinds.ts'
import type { Network } from '../network.ts'
import { notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import type { Operations } from './operation.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, DAY, PAGED, range } from './parameters.ts'
import { presentConference } from './present.ts'
import { type RestHandler, type RestRequest, webhookOf } from './request.ts'

const listConferences: RestHandler = (network, request) => {
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

const fetchConference: RestHandler = (network, request) => {
  return { status: 200, body: presentConference(network, conferenceOf(network, request)) }
}

/** End it for everybody, or announce something to everybody. */
const updateConference: RestHandler = (network, request) => {
  const conference = conferenceOf(network, request)
  if (request.form.get('Status') === 'completed') conference.end('conference-ended-via-api', null)
  const announcement = webhookOf(request.form, 'AnnounceUrl', 'AnnounceMethod')
  if (announcement) announce(network, conference, null, announcement)
  return { status: 200, body: presentConference(network, conference) }
}

/** The conference a path names, by SID or by the name of an active room. Throws 404. */
export function conferenceOf(network: Network, { params, path }: RestRequest): Conference {
  const key = params.ConferenceSid ?? params.Sid ?? ''
  const conference = network.conferences.get(key) ?? network.rooms.get(key)
  if (!conference) throw notFound(path)
  return conference
}

const ALL = '/{AccountSid}/Conferences.json'
const ONE = '/{AccountSid}/Conferences/{Sid}.json'

/** Source: Twilio, "Conference resource". */
export const CONFERENCE_OPERATIONS: Operations = {
  ListConference: {
    method: 'GET',
    path: ALL,
    query: {
      FriendlyName: TEXT,
      Status: oneOf('init', 'in-progress', 'completed'),
      ...range('DateCreated', DAY),
      ...range('DateUpdated', DAY),
      ...PAGED,
    },
    handle: listConferences,
  },
  FetchConference: { method: 'GET', path: ONE, handle: fetchConference },
  UpdateConference: {
    method: 'POST',
    path: ONE,
    form: { Status: oneOf('completed'), AnnounceUrl: ADDRESS, AnnounceMethod: METHOD },
    handle: updateConference,
  },
}
