// Builds the native addons when none that load are there. npm runs this at install time; `--force` rebuilds (npm run build:native).
// Nothing is ever downloaded.
import path from 'node:path';
import { built, compile, loads, prebuiltFolder } from './node-gyp.mjs';

function fail(reason) {
  console.error(
    [
      `rtpproxy-node: the native addon cannot be built: ${reason}`,
      'It needs a C++20 compiler, make, python3 and the headers of Node.js:',
      '  Debian, Ubuntu:  apt-get install g++ make python3',
      '  Alpine:          apk add g++ make python3 nodejs-dev',
      'Then run: npm rebuild rtpproxy-node',
    ].join('\n'),
  );
  process.exit(1);
}

const prebuilt = built.map((addon) => path.join(prebuiltFolder(process.arch), path.basename(addon)));
if (!process.argv.includes('--force') && (built.every(loads) || prebuilt.every(loads))) process.exit(0);
if (process.platform !== 'linux') fail(`it runs on Linux only, and this is ${process.platform}`);
const problem = compile();
if (problem !== undefined) fail(problem);
if (!built.every(loads)) fail('it was built but does not load');
