// A real Bluesky network on this machine: PLC, PDS and AppView. Prints its addresses as a line of JSON;
// its operator's password is the one that dev-env sets; for each line on standard input, waits until the AppView has seen everything, and prints "settled".
const { TestNetwork } = require('@atproto/dev-env');
const readline = require('node:readline');

async function main() {
  const network = await TestNetwork.create({ dbPostgresSchema: 'storywake' });
  console.log(JSON.stringify({ appview: network.bsky.url, pds: network.pds.url, admin: 'admin-pass' }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await network.processAll();
    console.log('settled');
  }
  await network.close();
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
