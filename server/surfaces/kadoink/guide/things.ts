import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** Lists, push, media, and what there is none of. */
export function things({
  base,
  publicUrl,
  realtimeUrl,
  events,
  endpoint,
  endpoints,
}: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'lists',
      title: 'Lists',
      body: html`<p>A list is <code>{"items":[…],"has_more":true}</code> and nothing else. <code>limit</code> is 20 unless you
ask for 1 to 100. Go on with <code>offset</code>, or, where a list grows at its top, with <code>before_id</code>: the id of
the last item you have. Not with both.</p>
${code(`curl '${base}/inbox?limit=50' -H "$TOKEN"
curl '${base}/inbox?limit=50&before_id=0198…' -H "$TOKEN"`)}`,
    },
    {
      id: 'push',
      title: 'Push',
      body: html`<p>One WebSocket tells everything that changes for its user: <code>${realtimeUrl}</code>, sub-protocol
<code>kadoink.v1</code>. ${endpoint('GET', '/home')} gives the best address of this deployment and a <code>cursor</code> that
fits what it shows. Send the token as <code>Authorization</code> on the handshake, or as the first frame; never in the
address.</p>
${code(`server  {"type":"ready", …}
client  {"type":"hello","id":1,"cursor":"c_…"}                 from there on; without a cursor, from now
server  {"type":"welcome","id":1,"cursor":"c_…","replay":2, …}
server  {"type":"event","cursor":"c_…","topic":"call","event":"call.updated","at":"…Z","data":{"call":{…}}}
server  {"type":"live","cursor":"c_…"}                         from here it is now`)}
<p><code>data</code> holds whole objects, as REST has them, so that an event that comes twice does no harm. Keep the newest
<code>cursor</code> and come back with it: what was missed is told first, in order. <code>resync</code> instead means that it
lies too far back: ask ${endpoint('GET', '/home')} again. Closed with 4401, sign in; with 4403, look at the gate; with
4409, do not come back at once; otherwise come back after a pause that grows.</p>
${events}`,
    },
    {
      id: 'media',
      title: 'Sound and photos',
      body: html`<p>Files that you send go in <code>multipart/form-data</code>: ${endpoints(({ uploads }) => uploads !== undefined)}.
What they are is decided by their bytes and not by their names; photos are written anew without where they were taken. Files
come with a <code>stream_url</code> that plays without a header, with <code>Range</code>, for a quarter of an hour;
${endpoint('POST', '/files/{file_id}/stream-token')} gives a fresh one.</p>`,
    },
    {
      id: 'webhooks',
      title: 'Webhooks',
      body: html`<p>There are none: what happens is told over the socket. The addresses below <code>${publicUrl}/webhooks</code>
are for the phone network and for payments, and take nothing that these have not signed.</p>`,
    },
  ]
}
