// The entry of every root script: `node scripts/run.cjs <command> [arguments]`.
// It has to parse on the oldest Node that someone may still have, so that such
// a person reads a sentence instead of a syntax error; lint holds it to ES5.
var MINIMUM_MAJOR = 18;
var version = process.versions.node;
var problem;

if (process.platform === 'win32') {
  problem =
    'Image Factory does not run on Windows itself, because container builders do not.\n' +
    'Next step: install WSL (https://learn.microsoft.com/windows/wsl/install) and run this in its shell.';
} else if (Number(version.split('.')[0]) < MINIMUM_MAJOR) {
  problem =
    'Node ' +
    version +
    ' is too old: Image Factory needs Node ' +
    MINIMUM_MAJOR +
    ' or newer to start with.\n' +
    'Next step: install a newer Node from https://nodejs.org, check it with `node --version`, then run this again.';
}

if (problem) {
  console.error(problem);
  process.exit(1);
} else {
  require('./bootstrap/load.cjs')(process.argv[2], process.argv.slice(3));
}
