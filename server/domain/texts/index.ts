export { type Encoding, type Measure, measure, segmentsOf } from './alphabet.ts'
export { BatchTextQueued, CodeTextMoved, RepliesPaused, TextFailed, TextQueued, TextReceived } from './events.ts'
export { SmsOptedOut } from './faults.ts'
export { fitted } from './fitting.ts'
export { type Received, receive, received } from './incoming.ts'
export { type Keyword, keywordOf } from './keywords.ts'
export { isFurther, type UnfinishedText, unfinishedAmong, unheardAmong } from './late.ts'
export { forget, portable, purge } from './leaving.ts'
export { isLoop } from './loops.ts'
export type {
  ArrivedText,
  BatchDelivery,
  Delivery,
  InboundText,
  NewBatch,
  NewText,
  OutgoingText,
  SecretText,
  TextNetwork,
  TextProgress,
  TextStatus,
} from './model.ts'
export { numberFor } from './numbers.ts'
export { isOptedOut, optIn, optOut } from './opt-outs.ts'
export {
  claim,
  claimSecret,
  countSince,
  deliveries,
  delivery,
  queue,
  queueBatch,
  reply,
  waiting,
  withdraw,
  withdrawText,
} from './outgoing.ts'
export { choose } from './pool.ts'
export { carrierIdOf, isText, notPaid, notTaken, report, reportByCarrierId } from './progress.ts'
export { expire, giveUpReports, type Trouble, tidy, troubles, wakeDue } from './upkeep.ts'
export { plain, split } from './wording.ts'
