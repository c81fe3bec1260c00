import { answerLinkRequest, LinkAsked } from '#domain/sessions'
import { defineProjection, type Projection } from '#kit/consumer'

/** Answers those who asked for a link, away from the request that asked, so that its time tells nothing. */
export const linkRequests: Projection = defineProjection('link-requests', (on) => {
  on(LinkAsked, (unit, { data }) => answerLinkRequest(unit, data.purpose, data.identifier_sealed))
})
