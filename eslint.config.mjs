import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What nothing in lib/ reaches into (ARCHITECTURE.md, "Rules of the house"). */
const OUTSIDE = {
  group: ['node-red', '**/nodes/**', '**/demo/**', '**/test/**'],
  message: 'lib/ knows neither Node-RED nor what is built upon it.',
};

/** The files of lib/ that share types only with these rooms. */
const walls = (files, rooms) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          OUTSIDE,
          {
            group: rooms.flatMap((room) => [`**/${room}`, `**/${room}/**`]),
            allowTypeImports: true,
            message: 'The rooms of lib/ share types only.',
          },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.node-red/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.editor.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // One unhandled rejection ends the user's whole Node-RED.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-this-alias': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  walls(['lib/*.ts', 'lib/outbox/**/*.ts'], ['ttn', 'lpp', 'microshare']),
  walls(['lib/ttn/**/*.ts'], ['lpp', 'microshare', 'outbox']),
  walls(['lib/lpp/**/*.ts'], ['ttn', 'microshare', 'outbox']),
  walls(['lib/microshare/**/*.ts'], ['ttn', 'lpp', 'outbox']),
);
