export { refund, spend, takeOfHour, tidy, usedTexts } from './allowance.ts'
