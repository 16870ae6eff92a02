// Loaded into the backend before anything else: should the process that started
// it be killed without a chance to pass that on, the backend ends as well.
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
