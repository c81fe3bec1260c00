export { maskPhone } from '#kit/log'
export { countryOf, isAssigned, isCostly, parsePhone, prefixOf } from './phones.ts'
