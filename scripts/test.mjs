// Bundles every test/**/*.test.ts and runs the bundles under node:test. Words on the command line choose files by name.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const words = process.argv.slice(2)
const files = readdirSync('test', { recursive: true })
  .filter((name) => name.endsWith('.test.ts') && (words.length === 0 || words.some((word) => name.includes(word))))
  .sort()
if (files.length === 0) {
  console.error(`no test file's name contains ${words.join(' or ')}`)
  process.exit(2)
}
const outdir = join('dist', 'test', String(process.pid))
await build({
  entryPoints: files.map((name) => join('test', name)),
  outdir,
  outbase: 'test',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'inline',
  define: { NASLOG_VERSION: '"test"' },
  logLevel: 'warning',
})
// The files by name: `node --test <directory>` means different things to Node 20 and 21.
const bundles = files.map((name) => join(outdir, name.replace(/\.ts$/, '.js')))
const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', '--test-reporter=spec', ...bundles], { stdio: 'inherit' })
rmSync(outdir, { recursive: true, force: true })
process.exitCode = run.status ?? 1
