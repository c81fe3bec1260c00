import { defineFault } from '#kit/fault'

/** This deployment neither calls nor texts that country. */
export const CountryNotSupported = defineFault(
  'country_not_supported',
  'invalid',
  'We do not call or text numbers of that country.',
)

/** A premium, shared-cost, toll-free or satellite number: somebody earns from every call to it. */
export const NumberNotSupported = defineFault(
  'number_not_supported',
  'invalid',
  'We do not call or text numbers of that kind.',
)

/** Every way in which a number may be refused. */
export const unreachable = [CountryNotSupported, NumberNotSupported] as const
