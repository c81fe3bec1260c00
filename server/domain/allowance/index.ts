export { refund, secondsToHour, spend, takeOfHour, tidy, usedTexts } from './allowance.ts'
