// Segment's calls through Segment's own TikTok destination: its preset's mapping, normalising and
// hashing, and the request's body as JSON. Nothing is sent.
//
//   node segment_events.cjs EVENTS.jsonl ROUNDS   (run where @segment/action-destinations is installed)
//
// Prints microseconds of CPU an event, the median of the rounds, for the mapping and the action
// alone, and for the whole way of an event through the destination (subscription, validation,
// action); and the digest of the first e-mail address, by which to see that the work was done.
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");
const from = createRequire(path.join(process.cwd(), "here.js"));
let bytes = 0;
// What would leave the machine stops here.
const answer = () => new fetching.Response("{}", { status: 200, headers: { "content-type": "application/json" } });
const fetching = from("cross-fetch");
const silent = async (request) => { bytes += (await request.text()).length; return answer(); };
require.cache[from.resolve("cross-fetch")].exports = Object.assign(silent, fetching, { default: silent, fetch: silent });
const core = from("@segment/actions-core");
const destination = from("@segment/action-destinations/dist/destinations/tiktok-conversions").default;

const lines = fs.readFileSync(process.argv[2], "utf8").trim().split("\n");
const events = lines.map((line) => JSON.parse(line));
const count = Number(process.argv[3]);
const preset = destination.presets.find((one) => one.name === "Complete Payment");
const settings = { pixelCode: "PIXEL", accessToken: "TOKEN" };
const options = { transformConfig: {}, features: {} };
let email = null;

const stub = async (_, { json }) => {
  email ??= json.data[0].user.email[0];
  bytes += JSON.stringify(json).length;
  return { status: 200, data: {} };
};

async function alone(event) {
  const payload = core.transform(preset.mapping, event);
  // The destination's own validation would make lists of these.
  for (const one of ["email", "phone_number", "external_id"]) payload[one] = [payload[one]];
  await destination.actions.reportWebEvent.perform(stub, { payload, settings });
}

async function microseconds(work) {
  const found = [];
  for (let round = 0; round <= count; round++) {
    const began = process.cpuUsage();
    for (const event of events) await work(event);
    const { user, system } = process.cpuUsage(began);
    if (round) found.push((user + system) / events.length); // the first one warms up
  }
  return found.sort((a, b) => a - b)[Math.floor(count / 2)];
}

async function main() {
  const figures = { "Segment, action alone": await microseconds(alone) };
  const whole = new core.Destination(destination);
  const given = { subscribe: preset.subscribe, partnerAction: preset.partnerAction, mapping: preset.mapping };
  const subscribed = { ...settings, subscriptions: [given] };
  figures["Segment, whole"] = await microseconds((event) => whole.onEvent(event, subscribed, options));
  console.log(JSON.stringify({ figures, email, bytes }));
}
main().catch((error) => { console.error(error); process.exit(1); });
