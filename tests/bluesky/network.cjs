// A real Bluesky network on this machine: PLC, PDS, AppView and Ozone, which moderates. Prints its addresses as a line of JSON;
// its operator's password is the one that dev-env sets. For each line on standard input (JSON: what a moderator does to a subject; or
// empty), waits until the AppView has seen everything, and prints "settled".
const { TestNetwork } = require('@atproto/dev-env');
const readline = require('node:readline');

// The reference AppView reads labels from its table and leaves open who writes them there: what Ozone signed is copied, as it stands.
async function carryLabels({ ozone, bsky }) {
  const labels = await ozone.ctx.db.db.selectFrom('label').select(['src', 'uri', 'cid', 'val', 'neg', 'cts', 'exp']).execute();
  await bsky.db.db.deleteFrom('label').execute();
  if (labels.length > 0) await bsky.db.db.insertInto('label').values(labels).execute();
}

async function main() {
  const network = await TestNetwork.create({ dbPostgresSchema: 'storywake' });
  console.log(JSON.stringify({ appview: network.bsky.url, pds: network.pds.url, admin: 'admin-pass' }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line) await network.ozone.getModClient().emitEvent(JSON.parse(line));
    await network.processAll();
    await carryLabels(network);
    console.log('settled');
  }
  await network.close();
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
