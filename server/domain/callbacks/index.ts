export { ask, forget, tidy } from './callbacks.ts'
export { CallUnderWay } from './faults.ts'
export {
  accepted,
  claim,
  failed,
  hungUp,
  isVisitorsLeg,
  openLegs,
  type Pressed,
  type Prompt,
  pickedUp,
  pressed,
  visitorOf,
} from './legs.ts'
export type { NewCallback, Visitor } from './model.ts'
