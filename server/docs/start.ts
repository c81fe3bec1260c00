/**
 * What runs in the browser on a page of the reference: it shows the documents that the page names, in the light or the
 * dark as the reader has it. It stands here as text so that the built server has it too.
 */
export const START = `'use strict'
const place = document.getElementById('reference')
const documents = JSON.parse(place.dataset.documents)
const dark = matchMedia('(prefers-color-scheme: dark)')
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dress()
dark.addEventListener('change', dress)
for (const [index, { url }] of documents.entries()) {
  const part = document.createElement('div')
  part.id = 'reference-' + index
  place.append(part)
  SwaggerUIBundle({
    url,
    dom_id: '#' + part.id,
    deepLinking: documents.length === 1,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: documents.length === 1,
    validatorUrl: null,
    queryConfigEnabled: false,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
  })
}
`
