import { ACCOUNT, ACCOUNT_PATH, CALL, CREATED, RECORDING, ROOM } from '#test/canned-carrier'

/** A transcription's id. */
export const TRANSCRIPTION = `TR${'e'.repeat(32)}`

/** A recording as the carrier's REST answers describe it. */
export function recordingRecord(changes: object = {}): object {
  return {
    account_sid: ACCOUNT,
    api_version: '2010-04-01',
    call_sid: CALL,
    conference_sid: null,
    date_created: CREATED,
    date_updated: CREATED,
    start_time: CREATED,
    duration: '7',
    sid: RECORDING,
    price: null,
    price_unit: 'USD',
    status: 'completed',
    channels: 1,
    source: 'RecordVerb',
    error_code: null,
    uri: `${ACCOUNT_PATH}/Recordings/${RECORDING}.json`,
    encryption_details: null,
    subresource_uris: {},
    media_url: `https://api.twilio.com${ACCOUNT_PATH}/Recordings/${RECORDING}`,
    ...changes,
  }
}

/** A participant as the carrier's REST answers describe them. */
export function memberRecord(changes: object = {}): object {
  return {
    account_sid: ACCOUNT,
    call_sid: CALL,
    label: 'leg_1-A',
    call_sid_to_coach: null,
    coaching: false,
    conference_sid: ROOM,
    date_created: CREATED,
    date_updated: CREATED,
    end_conference_on_exit: false,
    muted: false,
    hold: false,
    start_conference_on_enter: true,
    status: 'connected',
    queue_time: null,
    uri: `${ACCOUNT_PATH}/Conferences/${ROOM}/Participants/${CALL}.json`,
    ...changes,
  }
}

/** What a recording says, as the carrier's REST answers describe it. */
export function transcriptionRecord(changes: object = {}): object {
  return {
    account_sid: ACCOUNT,
    api_version: '2010-04-01',
    date_created: CREATED,
    date_updated: CREATED,
    duration: '7',
    price: null,
    price_unit: 'USD',
    recording_sid: RECORDING,
    sid: TRANSCRIPTION,
    status: 'completed',
    transcription_text: 'Hello Ann',
    type: 'fast',
    uri: `${ACCOUNT_PATH}/Transcriptions/${TRANSCRIPTION}.json`,
    ...changes,
  }
}
