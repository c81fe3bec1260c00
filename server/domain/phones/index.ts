export { maskPhone } from '#kit/log'
export { countryOf, parsePhone } from './phones.ts'
