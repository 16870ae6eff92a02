// Apart from run.cjs because old Nodes cannot parse a dynamic import.
module.exports = function load(command, argv) {
  import('../main.mjs').then(({ main }) => main(command, argv));
};
