import { SaxesParser } from 'saxes'

/** One element of a TwiML document. `text` is its own character data, trimmed and with white space collapsed. */
export interface TwimlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly TwimlElement[]
  readonly text: string
}

/** The document is not XML, or its root is not `<Response>`: Twilio's error 12100. */
export class TwimlParseError extends Error {}

interface Growing {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Growing[]
  text: string
}

/** Parse a document into its tree. Throws `TwimlParseError`. */
export function parseTwiml(xml: string): TwimlElement {
  const stack: Growing[] = []
  let root: Growing | null = null
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw new TwimlParseError(error.message)
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Growing = { name, attributes, children: [], text: '' }
    const parent = stack.at(-1)
    if (parent) parent.children.push(element)
    else root = element
    stack.push(element)
  })
  parser.on('closetag', () => {
    const element = stack.pop()
    if (element) element.text = element.text.replace(/\s+/g, ' ').trim()
  })
  const gather = (text: string) => {
    const element = stack.at(-1)
    if (element) element.text += text
  }
  parser.on('text', gather)
  parser.on('cdata', gather)
  parser.write(xml).close()
  return mustBeResponse(root)
}

function mustBeResponse(root: TwimlElement | null): TwimlElement {
  if (root?.name !== 'Response') throw new TwimlParseError('the root element is not <Response>')
  return root
}
