// Bundles src/main.ts and all packages into the one executable dist/naslog.
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
mkdirSync('dist', { recursive: true })
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/naslog',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs', // an ESM bundle of split2 dies at start: "Dynamic require is not supported"
  minifySyntax: true,
  minifyWhitespace: true, // names stay: they stand in the stack of a bug report
  legalComments: 'eof',
  banner: { js: '#!/usr/bin/env node' },
  define: { NASLOG_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
})
chmodSync('dist/naslog', 0o755)
console.error(`dist/naslog: ${statSync('dist/naslog').size} bytes`)
