// Installs the npm packages if they are missing or older than the lock file, so that one command does everything in a fresh clone.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

const changed = (name) => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0
if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] })
  process.exitCode = status ?? 1
}
