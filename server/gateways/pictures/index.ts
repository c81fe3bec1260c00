export { sharpPictures } from './sharp.ts'
