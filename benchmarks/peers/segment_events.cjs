// One Segment event through Segment's own TikTok destination, as many times as asked: its preset's
// mapping, normalising and hashing, and the request's body as JSON. Nothing is sent.
//
//   node segment_events.cjs EVENT.json COUNT   (run where @segment/action-destinations is installed)
//
// Prints microseconds an event, the median of the rounds, for the mapping and the action alone, and
// for the whole way an event takes through the destination (subscription, validation, action).
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

const event = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const count = Number(process.argv[3] || 5000);
const preset = destination.presets.find((one) => one.name === "Complete Payment");
const settings = { pixelCode: "PIXEL", accessToken: "TOKEN" };

const stub = async (_, options) => {
  bytes += JSON.stringify(options.json).length;
  return { status: 200, data: {} };
};

async function alone() {
  const payload = core.transform(preset.mapping, event);
  // The destination's own validation would make lists of these.
  for (const one of ["email", "phone_number", "external_id"]) payload[one] = [payload[one]];
  await destination.actions.reportWebEvent.perform(stub, { payload, settings });
}

async function rounds(work) {
  const found = [];
  for (let round = 0; round < 7; round++) {
    const began = process.hrtime.bigint();
    for (let one = 0; one < count; one++) await work();
    found.push(Number(process.hrtime.bigint() - began) / 1000 / count);
  }
  return found.sort((a, b) => a - b)[3];
}

async function main() {
  const figures = { alone: await rounds(alone) };
  const whole = new core.Destination(destination);
  const given = { subscribe: preset.subscribe, partnerAction: preset.partnerAction, mapping: preset.mapping };
  figures.whole = await rounds(() => whole.onEvent(event, { ...settings, subscriptions: [given] },
    { transformConfig: {}, features: {} }));
  console.log(JSON.stringify({ ...figures, bytes: Math.round(bytes / count / 16) }));
}
main().catch((error) => { console.error(error); process.exit(1); });
