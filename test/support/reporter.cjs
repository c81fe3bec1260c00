// mocha loads reporters through require; this one adds the line that the gate reads.
const { reporters, Runner } = require('mocha')

/** The spec reporter, and behind it `N passed, N failed`; what did not run is named. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const left = []
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => left.push(test.fullTitle()))
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      for (const title of left) console.log(`not run: ${title}`)
      const { passes = 0, failures = 0 } = this.stats
      console.log(`${passes} passed, ${failures} failed`)
    })
  }
}
