/**
 * Do something for each of several, one after the other. One that fails keeps no other waiting; what went wrong is
 * thrown at the end.
 */
export async function forEachApart<One>(several: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const one of several) await work(one).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${several.length} failed.`)
}
