// Linting: typescript-eslint's strict, type-checked rules, and the map of who may import whom.
import tseslint from 'typescript-eslint';

/**
 * The folders of `src/` and what each may import of the others. Everything not listed is refused, so that a
 * change that needs a new arrow has to say so here.
 */
const mayImport = {
  panel: [],
  sdp: ['system'],
  sip: ['panel', 'sdp', 'system'],
  rtp: ['sdp', 'system'],
  face: ['panel', 'system', 'hw', 'sdp'],
  gpio: ['panel', 'system', 'hw'],
  visits: ['panel', 'system'],
  camera: ['system'],
  web: ['panel', 'system'],
  mqtt: ['panel', 'system'],
  system: [],
  config: ['system'],
  control: ['panel', 'system'],
  sim: ['sip', 'sdp', 'rtp', 'system', 'panel', 'config', 'control'],
};
const folders = [...Object.keys(mayImport), 'hw'];

const layers = Object.entries(mayImport).map(([folder, allowed]) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${folders.filter((f) => f !== folder && !allowed.includes(f)).join('|')})/`,
            message: `src/${folder} may import only: ${allowed.join(', ') || 'nothing'} (see README, "The map").`,
          },
          ...(folder === 'panel'
            ? [{ regex: '^node:|^[^.]', message: 'src/panel is pure: no I/O, no packages.' }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['.build/', 'node_modules/', 'src/sim/page/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  ...layers,
);
