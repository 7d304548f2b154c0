// Builds the Debian package: node scripts/package-deb.mjs [--fast] [FOLDER]   (npm run package:deb)
// It holds the daemon, the compiled addon and the Node.js that runs this script, as Debian 12's own is too old. It needs what
// `npm run build` and `npm run build:native` leave behind, and Debian's dpkg-deb. --fast compresses little, for tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { built, prebuiltFolder, root } from './node-gyp.mjs';

const HOME = 'usr/lib/rtpproxy-node';
const DOCUMENTS = 'usr/share/doc/rtpproxy-node';
const MAINTAINER = 'rtpproxy-node maintainers <maintainers@rtpproxy-node.invalid>';
const PACKAGING = path.join(root, 'scripts', 'packaging');
/** Debian's names of processors, by Node's. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64', arm: 'armhf', ppc64: 'ppc64el', s390x: 's390x' };

const { bin, dependencies, description, man, version } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);
const architecture = ARCHITECTURES[process.arch];
const options = process.argv.slice(2);
const fast = options.includes('--fast');
const output = path.resolve(options.find((option) => !option.startsWith('--')) ?? '.');

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? `exit code ${status}`}`);
}

function put(stage, name, content, mode = 0o644) {
  const file = path.join(stage, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
}

/** A package's folder and those of all that it depends on; those only needed for compiling are left out. */
function runtimePackages(names, found = new Set()) {
  for (const name of names.filter((each) => each !== 'node-addon-api' && !found.has(each))) {
    found.add(name);
    const manifest = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'));
    runtimePackages(Object.keys(manifest.dependencies ?? {}), found);
  }
  return found;
}

function stageProgram(stage) {
  const home = path.join(stage, HOME);
  mkdirSync(path.join(home, 'bin'), { recursive: true });
  copyFileSync(process.execPath, path.join(home, 'bin', 'node'));
  run('strip', path.join(home, 'bin', 'node'));
  const elsewhere = ['man', 'completion'].map((name) => path.join(root, 'dist', name));
  const wanted = (file) => !/\.d\.c?ts$/.test(file) && !elsewhere.includes(file);
  cpSync(path.join(root, 'dist'), path.join(home, 'dist'), { recursive: true, filter: wanted });
  copyFileSync(path.join(root, 'package.json'), path.join(home, 'package.json'));
  for (const name of runtimePackages(Object.keys(dependencies))) {
    const folder = path.join(root, 'node_modules', name);
    const needed = (file) => statSync(file).isDirectory() || /(?:\.js|\/package\.json|\/LICENSE(?:\.\w+)?)$/.test(file);
    const own = (file) => path.relative(folder, file) !== 'test' && needed(file);
    cpSync(folder, path.join(home, 'node_modules', name), { recursive: true, filter: own });
  }
  const addons = path.join(home, path.relative(root, prebuiltFolder(process.arch)));
  mkdirSync(addons, { recursive: true });
  for (const file of built) {
    const addon = path.join(addons, path.basename(file));
    copyFileSync(file, addon);
    run('strip', '--strip-unneeded', addon);
    chmodSync(addon, 0o644);
  }
  for (const [name, program] of Object.entries(bin)) {
    const file = path.join(HOME, program);
    const source = readFileSync(path.join(stage, file), 'utf8');
    put(stage, file, source.replace(/^#!.*/, `#!/${HOME}/bin/node`), 0o755);
    mkdirSync(path.join(stage, 'usr/bin'), { recursive: true });
    symlinkSync(path.join('../lib', path.relative('usr/lib', file)), path.join(stage, 'usr/bin', name));
  }
}

function stageSystem(stage) {
  const copy = (from, to) => put(stage, to, readFileSync(path.join(PACKAGING, from)));
  copy('rtpproxy.default', 'etc/default/rtpproxy');
  for (const unit of ['rtpproxy.service', 'rtpproxy.socket']) copy(unit, path.join('lib/systemd/system', unit));
  for (const page of man) {
    const name = path.basename(page);
    put(stage, `usr/share/man/man${name.slice(-1)}/${name}.gz`, compressed(readFileSync(path.join(root, page))));
  }
  for (const name of Object.keys(bin)) {
    const completion = (file) => readFileSync(path.join(root, 'dist', 'completion', file));
    put(stage, `usr/share/bash-completion/completions/${name}`, completion(`bash/${name}`));
    put(stage, `usr/share/zsh/vendor-completions/_${name}`, completion(`zsh/_${name}`));
  }
  put(stage, `${DOCUMENTS}/copyright`, copyright());
  put(stage, `${DOCUMENTS}/changelog.gz`, compressed(readFileSync(path.join(root, 'CHANGELOG.md'))));
  put(stage, `${DOCUMENTS}/changelog.Debian.gz`, compressed(debianChangelog()));
  copy('deb/lintian-overrides', 'usr/share/lintian/overrides/rtpproxy-node');
  symlinkSync('copyright', path.join(stage, DOCUMENTS, 'LICENSE'));
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  const examples = ['test/fixtures/kamailio.cfg', 'test/fixtures/kamailio-hep.cfg'];
  for (const file of [...pages, ...examples]) stageDocument(stage, file);
  for (const folder of ['docs', 'scripts/packaging', 'test/fixtures/modules/call-notes']) {
    for (const file of files(path.join(root, folder))) stageDocument(stage, path.relative(root, file));
  }
}

/** A page or an example of the checkout, below `doc/`; pages refer to one another as in the checkout. */
function stageDocument(stage, file) {
  put(stage, `${DOCUMENTS}/${file}`, readFileSync(path.join(root, file)));
}

function compressed(content) {
  return gzipSync(content, { level: 9 });
}

function debianChangelog() {
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000));
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  return `rtpproxy-node (${version}-1) unstable; urgency=medium\n\n  * Version ${version}; changelog.gz tells what is new.\n\n -- ${MAINTAINER}  ${date}\n`;
}

/** The licence of the project, and that of Node.js where it lies beside the runtime. */
function copyright() {
  const prefix = path.resolve(process.execPath, '..', '..');
  const places = ['LICENSE', 'share/doc/nodejs/LICENSE', 'share/doc/node/LICENSE'];
  const found = places.map((place) => path.join(prefix, place)).find((file) => existsSync(file));
  const node = found === undefined ? 'https://github.com/nodejs/node/blob/main/LICENSE' : readFileSync(found, 'utf8');
  return `${readFileSync(path.join(root, 'LICENSE'), 'utf8')}\nThe Node.js ${process.version} in /${HOME}/bin:\n\n${node}\n`;
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function stageControl(stage) {
  const contents = files(stage);
  const size = contents.reduce((sum, file) => sum + Math.ceil(statSync(file).size / 1024), 0);
  const control = {
    Package: 'rtpproxy-node',
    Version: `${version}-1`,
    Architecture: architecture,
    Maintainer: MAINTAINER,
    'Installed-Size': size,
    Depends: 'adduser, libc6 (>= 2.34), libgcc-s1, libstdc++6 (>= 11), init-system-helpers (>= 1.54)',
    Recommends: 'libgsm1, libsndfile1, libbcg729-0',
    Provides: 'rtpproxy',
    Conflicts: 'rtpproxy',
    Replaces: 'rtpproxy',
    Section: 'net',
    Priority: 'optional',
    Description: `${description}\n It is driven by Kamailio, OpenSIPS or Sippy B2BUA through the control\n protocol of rtpproxy.`,
  };
  const lines = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
  put(stage, 'DEBIAN/control', lines.join(''));
  put(stage, 'DEBIAN/conffiles', '/etc/default/rtpproxy\n');
  const sums = contents.map((file) => {
    return `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${path.relative(stage, file)}\n`;
  });
  put(stage, 'DEBIAN/md5sums', sums.join(''));
  for (const script of ['postinst', 'prerm', 'postrm']) {
    put(stage, `DEBIAN/${script}`, readFileSync(path.join(PACKAGING, 'deb', script)), 0o755);
  }
}

if (architecture === undefined) throw new Error(`no Debian architecture for ${process.arch}`);
for (const needed of [...built, path.join(root, 'dist')]) {
  if (!existsSync(needed)) throw new Error(`${needed} is missing: run "npm run build:native && npm run build" first`);
}
const stage = mkdtempSync(path.join(tmpdir(), 'rtpproxy-deb-'));
try {
  chmodSync(stage, 0o755);
  stageProgram(stage);
  stageSystem(stage);
  stageControl(stage);
  const file = path.join(output, `rtpproxy-node_${version}-1_${architecture}.deb`);
  mkdirSync(output, { recursive: true });
  run('dpkg-deb', '--root-owner-group', ...(fast ? ['-Zgzip', '-z1'] : ['-Zxz']), '--build', stage, file);
} finally {
  rmSync(stage, { recursive: true });
}
