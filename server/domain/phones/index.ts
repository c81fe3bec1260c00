export { maskPhone } from '#kit/log'
export { countryOf, isAssigned, isCostly, isCountry, parsePhone, prefixOf } from './phones.ts'
