// Writes into dist/build.json when this program was built (SOURCE_DATE_EPOCH, in seconds, where it is set: reproducible-builds.org). No
// certificate is dated before it, also where the hub's clock is wrong. Run from the root, part of the build.
import { statSync, writeFileSync } from 'node:fs';

const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? Number.NaN) * 1000;
// A machine that builds with a wrong clock has at least a file of the time it was written.
const builtMs = Number.isFinite(epoch) ? epoch : Math.max(Date.now(), statSync('package.json').mtimeMs);
writeFileSync('dist/build.json', `${JSON.stringify({ builtMs: Math.floor(builtMs) })}\n`);
