import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the process counts about itself; labels are templates and names, never what a caller wrote. */
export interface Metrics {
  readonly registry: Registry
  readonly requests: Histogram<'surface' | 'method' | 'route' | 'status'>
  readonly sockets: Gauge<'surface' | 'door'>
  readonly socketsOpened: Counter<'surface' | 'door'>
  readonly socketsClosed: Counter<'surface' | 'code'>
  readonly socketsResumed: Counter<'surface' | 'outcome'>
  readonly webhooks: Counter<'kind' | 'outcome'>
  readonly textReports: Counter<'status' | 'error'>
  readonly textsAged: Counter<'how'>
  readonly outboxLag: Gauge
  readonly jobAge: Gauge
  readonly poolWaiters: Gauge
  readonly spentInHour: Gauge
  readonly mended: Counter<'kind'>
  readonly ringsWaiting: Gauge
  readonly ringsHeadWait: Gauge
  readonly ringsPerSecond: Gauge
  readonly carrierQueue: Gauge
}

/** Fresh metrics in a registry of their own, so that several servers can live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    requests: new Histogram({
      name: 'kadoink_request_seconds',
      help: 'Time to answer a request, by route template.',
      labelNames: ['surface', 'method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    sockets: new Gauge({ name: 'kadoink_sockets', help: 'Open sockets.', labelNames: ['surface', 'door'], registers }),
    socketsOpened: new Counter({
      name: 'kadoink_sockets_opened_total',
      help: 'Sockets opened.',
      labelNames: ['surface', 'door'],
      registers,
    }),
    socketsResumed: new Counter({
      name: 'kadoink_sockets_resumed_total',
      help: 'Sockets that said hello with a cursor: whole, or why they had to begin afresh.',
      labelNames: ['surface', 'outcome'],
      registers,
    }),
    socketsClosed: new Counter({
      name: 'kadoink_sockets_closed_total',
      help: 'Sockets closed, by close code.',
      labelNames: ['surface', 'code'],
      registers,
    }),
    webhooks: new Counter({
      name: 'kadoink_webhooks_total',
      help: 'Carrier webhooks by kind and outcome: applied, duplicate, forged.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    textReports: new Counter({
      name: 'kadoink_text_reports_total',
      help: "Delivery reports of texts, by what they say and the carrier's error number.",
      labelNames: ['status', 'error'],
      registers,
    }),
    textsAged: new Counter({
      name: 'kadoink_texts_aged_total',
      help: 'Texts waited for long enough: expired before they were sent, unconfirmed after.',
      labelNames: ['how'],
      registers,
    }),
    spentInHour: new Gauge({
      name: 'kadoink_spent_in_hour_dollars',
      help: 'What the carrier was paid in the last hour, by our own estimate.',
      registers,
    }),
    outboxLag: new Gauge({
      name: 'kadoink_outbox_lag_seconds',
      help: 'Age of the oldest event not yet told.',
      registers,
    }),
    jobAge: new Gauge({
      name: 'kadoink_job_age_seconds',
      help: 'How long the scheduled job that has waited longest has been due.',
      registers,
    }),
    poolWaiters: new Gauge({
      name: 'kadoink_pool_waiters',
      help: 'Who waits in this process for a connection to the database.',
      registers,
    }),
    mended: new Counter({
      name: 'kadoink_mended_total',
      help: 'What the carrier knew and had not told us, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    ringsWaiting: new Gauge({
      name: 'kadoink_rings_waiting',
      help: 'Phones that wait for their turn to be rung.',
      registers,
    }),
    ringsHeadWait: new Gauge({
      name: 'kadoink_rings_head_wait_seconds',
      help: 'How long the phone that has waited longest has waited for its turn.',
      registers,
    }),
    ringsPerSecond: new Gauge({
      name: 'kadoink_rings_per_second',
      help: 'Turns given out in a second, on average over the last ten; all processes together.',
      registers,
    }),
    carrierQueue: new Gauge({
      name: 'kadoink_carrier_queue_seconds',
      help: "How far ahead the carrier's own queue reaches.",
      registers,
    }),
  }
}
