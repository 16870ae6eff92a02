import { ATTACK_VALUES } from '../../../../plugins/image-factory-backend/src/templates/__testUtils__/attackValues';

/** What a parameter may hold, since it stays what it is on the whole way. */
export const INERT_VALUES: string[] = [
  ...ATTACK_VALUES.filter(value => !/[\p{Cc}\u202a-\u202e]/u.test(value)),
  '$',
  '$$$$',
  '$$(',
  '$PATH:$HOME:$KUBERNETES_SERVICE_HOST',
  '(params.repository)',
  '{{.privileged}}',
  '&a {hostPath: {path: /}}',
  '*a',
  '!!binary aWQ=',
  '- hostPath: {path: /}',
  '# comment',
  ': x',
  '"quoted"',
  "'quoted'",
  "it's",
  '\\',
  '\\n\\0\\x00\\u0000',
  '`id`$HOME',
  ';id;',
  '|id',
  '>/tekton/results/IMAGE_DIGEST',
  '--authfile=/workspace/registry-credentials/.dockerconfigjson',
  '--secret=id=x,src=/etc/passwd',
  '--platforms',
  '-',
  '--',
  '~root',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  'A=B=C',
  ' leading and trailing ',
  '',
  '\u2028',
  '\u2029',
  '\u00a0',
  '\ufeff',
  '\u200b',
  'ﬃ ⅷ 界 é e\u0301 💥',
].filter(
  (value, index, all) => !value.includes('$(') && all.indexOf(value) === index,
);

/** Of the longest that is taken, and so many of them, in characters that take the most bytes. */
export const LONGEST_VALUES = Array.from({ length: 5 }, () =>
  '界'.repeat(4096),
);

/** Names of folders and files that a shell, YAML or an option would read otherwise. */
export const HOSTILE_NAMES = [
  `it's "x" $HOME $$PATH \`id\` ;&|<>*?[a]{b,c}~#!%s\\n`,
  '--file=etc',
  '- name: evil',
  '*anchor',
  '!!str',
  '\u2028',
  '💥',
];
