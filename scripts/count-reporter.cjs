// Mocha's usual report, and its count in the file that scripts/test names.
const { appendFileSync } = require('node:fs');
const { Runner, reporters } = require('mocha');

module.exports = class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      appendFileSync(process.env.KALITKA_TEST_COUNTS, `${passes} ${failures}\n`);
    });
  }
};
