// Preloaded into every measured process: tells its CPU time and memory over IPC, without keeping it alive; ends it with its parent.

process.on('message', (message) => {
  if (message?.probe !== true) return;
  const { user, system } = process.cpuUsage();
  process.send({ probe: true, cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
