export { maskPhone } from '#kit/log'
export { countryOf, isCostly, parsePhone, prefixOf } from './phones.ts'
