/** One operation of the REST API that this network answers. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query: readonly string[]
  readonly form: readonly string[]
}

const PAGE = ['PageSize', 'Page', 'PageToken'] as const

/** Every operation by its id, with the parameters it knows. Source: Twilio's published OpenAPI document, 2010-04-01. */
export const OPERATIONS = {
  CreateCall: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls.json',
    query: [],
    form: ['To', 'From', 'Method', 'FallbackUrl', 'FallbackMethod', 'StatusCallback', 'StatusCallbackEvent', 'StatusCallbackMethod', 'SendDigits', 'Timeout', 'Record', 'RecordingChannels', 'RecordingStatusCallback', 'RecordingStatusCallbackMethod', 'SipAuthUsername', 'SipAuthPassword', 'MachineDetection', 'MachineDetectionTimeout', 'RecordingStatusCallbackEvent', 'Trim', 'CallerId', 'MachineDetectionSpeechThreshold', 'MachineDetectionSpeechEndThreshold', 'MachineDetectionSilenceTimeout', 'AsyncAmd', 'AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod', 'Byoc', 'CallReason', 'CallToken', 'RecordingTrack', 'TimeLimit', 'ClientNotificationUrl', 'Url', 'Twiml', 'ApplicationSid'],
  },
  ListCall: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls.json',
    query: ['To', 'From', 'ParentCallSid', 'Status', 'StartTime', 'StartTime<', 'StartTime>', 'EndTime', 'EndTime<', 'EndTime>', ...PAGE],
    form: [],
  },
  DeleteCall: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json',
    query: [],
    form: [],
  },
  FetchCall: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json',
    query: [],
    form: [],
  },
  UpdateCall: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json',
    query: [],
    form: ['Url', 'Method', 'Status', 'FallbackUrl', 'FallbackMethod', 'StatusCallback', 'StatusCallbackMethod', 'Twiml', 'TimeLimit'],
  },
  ListConference: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences.json',
    query: ['DateCreated', 'DateCreated<', 'DateCreated>', 'DateUpdated', 'DateUpdated<', 'DateUpdated>', 'FriendlyName', 'Status', ...PAGE],
    form: [],
  },
  FetchConference: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{Sid}.json',
    query: [],
    form: [],
  },
  UpdateConference: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{Sid}.json',
    query: [],
    form: ['Status', 'AnnounceUrl', 'AnnounceMethod'],
  },
  CreateParticipant: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants.json',
    query: [],
    form: ['From', 'To', 'StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'Label', 'Timeout', 'Record', 'Muted', 'Beep', 'StartConferenceOnEnter', 'EndConferenceOnExit', 'WaitUrl', 'WaitMethod', 'EarlyMedia', 'MaxParticipants', 'ConferenceRecord', 'ConferenceTrim', 'ConferenceStatusCallback', 'ConferenceStatusCallbackMethod', 'ConferenceStatusCallbackEvent', 'RecordingChannels', 'RecordingStatusCallback', 'RecordingStatusCallbackMethod', 'SipAuthUsername', 'SipAuthPassword', 'Region', 'ConferenceRecordingStatusCallback', 'ConferenceRecordingStatusCallbackMethod', 'RecordingStatusCallbackEvent', 'ConferenceRecordingStatusCallbackEvent', 'Coaching', 'CallSidToCoach', 'JitterBufferSize', 'Byoc', 'CallerId', 'CallReason', 'RecordingTrack', 'TimeLimit', 'MachineDetection', 'MachineDetectionTimeout', 'MachineDetectionSpeechThreshold', 'MachineDetectionSpeechEndThreshold', 'MachineDetectionSilenceTimeout', 'AmdStatusCallback', 'AmdStatusCallbackMethod', 'Trim', 'CallToken', 'ClientNotificationUrl', 'CallerDisplayName'],
  },
  ListParticipant: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants.json',
    query: ['Muted', 'Hold', 'Coaching', ...PAGE],
    form: [],
  },
  FetchParticipant: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json',
    query: [],
    form: [],
  },
  UpdateParticipant: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json',
    query: [],
    form: ['Muted', 'Hold', 'HoldUrl', 'HoldMethod', 'AnnounceUrl', 'AnnounceMethod', 'WaitUrl', 'WaitMethod', 'BeepOnExit', 'EndConferenceOnExit', 'Coaching', 'CallSidToCoach'],
  },
  DeleteParticipant: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json',
    query: [],
    form: [],
  },
  CreateMessage: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages.json',
    query: [],
    form: ['To', 'StatusCallback', 'ApplicationSid', 'MaxPrice', 'ProvideFeedback', 'Attempt', 'ValidityPeriod', 'ForceDelivery', 'ContentRetention', 'AddressRetention', 'SmartEncoded', 'PersistentAction', 'TrafficType', 'ShortenUrls', 'ScheduleType', 'SendAt', 'SendAsMms', 'ContentVariables', 'RiskCheck', 'From', 'FallbackFrom', 'MessagingServiceSid', 'Body', 'MediaUrl', 'ContentSid'],
  },
  ListMessage: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages.json',
    query: ['To', 'From', 'DateSent', 'DateSent<', 'DateSent>', ...PAGE],
    form: [],
  },
  DeleteMessage: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json',
    query: [],
    form: [],
  },
  FetchMessage: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json',
    query: [],
    form: [],
  },
  UpdateMessage: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json',
    query: [],
    form: ['Body', 'Status'],
  },
  ListRecording: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings.json',
    query: ['DateCreated', 'DateCreated<', 'DateCreated>', 'CallSid', 'ConferenceSid', 'IncludeSoftDeleted', ...PAGE],
    form: [],
  },
  FetchRecording: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json',
    query: ['IncludeSoftDeleted'],
    form: [],
  },
  DeleteRecording: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json',
    query: [],
    form: [],
  },
  ListRecordingTranscription: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions.json',
    query: [...PAGE],
    form: [],
  },
  FetchRecordingTranscription: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions/{Sid}.json',
    query: [],
    form: [],
  },
  DeleteRecordingTranscription: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions/{Sid}.json',
    query: [],
    form: [],
  },
  ListTranscription: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Transcriptions.json',
    query: [...PAGE],
    form: [],
  },
  FetchTranscription: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Transcriptions/{Sid}.json',
    query: [],
    form: [],
  },
  DeleteTranscription: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Transcriptions/{Sid}.json',
    query: [],
    form: [],
  },
  ListIncomingPhoneNumber: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json',
    query: ['Beta', 'FriendlyName', 'PhoneNumber', 'Origin', ...PAGE],
    form: [],
  },
  CreateIncomingPhoneNumber: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json',
    query: [],
    form: ['ApiVersion', 'FriendlyName', 'SmsApplicationSid', 'SmsFallbackMethod', 'SmsFallbackUrl', 'SmsMethod', 'SmsUrl', 'StatusCallback', 'StatusCallbackMethod', 'VoiceApplicationSid', 'VoiceCallerIdLookup', 'VoiceFallbackMethod', 'VoiceFallbackUrl', 'VoiceMethod', 'VoiceUrl', 'EmergencyStatus', 'EmergencyAddressSid', 'TrunkSid', 'IdentitySid', 'AddressSid', 'VoiceReceiveMode', 'BundleSid', 'PhoneNumber', 'AreaCode'],
  },
  UpdateIncomingPhoneNumber: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json',
    query: [],
    form: ['AccountSid', 'ApiVersion', 'FriendlyName', 'SmsApplicationSid', 'SmsFallbackMethod', 'SmsFallbackUrl', 'SmsMethod', 'SmsUrl', 'StatusCallback', 'StatusCallbackMethod', 'VoiceApplicationSid', 'VoiceCallerIdLookup', 'VoiceFallbackMethod', 'VoiceFallbackUrl', 'VoiceMethod', 'VoiceUrl', 'EmergencyStatus', 'EmergencyAddressSid', 'TrunkSid', 'VoiceReceiveMode', 'IdentitySid', 'AddressSid', 'BundleSid'],
  },
  FetchIncomingPhoneNumber: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json',
    query: [],
    form: [],
  },
  DeleteIncomingPhoneNumber: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json',
    query: [],
    form: [],
  },
  CreateCallRecording: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json',
    query: [],
    form: ['RecordingStatusCallbackEvent', 'RecordingStatusCallback', 'RecordingStatusCallbackMethod', 'Trim', 'RecordingChannels', 'RecordingTrack'],
  },
  ListCallRecording: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json',
    query: ['DateCreated', 'DateCreated<', 'DateCreated>', ...PAGE],
    form: [],
  },
  UpdateCallRecording: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json',
    query: [],
    form: ['Status', 'PauseBehavior'],
  },
  FetchCallRecording: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json',
    query: [],
    form: [],
  },
  DeleteCallRecording: {
    method: 'DELETE',
    path: '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json',
    query: [],
    form: [],
  },
  FetchAccount: {
    method: 'GET',
    path: '/2010-04-01/Accounts/{Sid}.json',
    query: [],
    form: [],
  },
  UpdateAccount: {
    method: 'POST',
    path: '/2010-04-01/Accounts/{Sid}.json',
    query: [],
    form: ['FriendlyName', 'Status'],
  },
} as const satisfies Readonly<Record<string, Operation>>

/** The name of an operation. */
export type OperationId = keyof typeof OPERATIONS
