// npm run bench:profile: where the filter's time goes. --input qnap|csv|json, --lines N, --top N; what follows -- goes to `naslog filter`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options, positionals } = parseArgs({
  options: { input: { type: 'string', default: 'qnap' }, lines: { type: 'string', default: '500000' }, top: { type: 'string', default: '30' } },
  allowPositionals: true,
})
const folder = mkdtempSync(join(tmpdir(), 'naslog-profile-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const input = join(folder, 'input')
spawnSync(process.execPath, ['bench/generate.mjs', options.input, options.lines], { stdio: ['ignore', openSync(input, 'w'), 'inherit'] })
spawnSync(process.execPath, ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', folder, 'dist/naslog', 'filter', ...positionals], {
  stdio: [openSync(input, 'r'), openSync('/dev/null', 'w'), 'inherit'],
})

const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
const times = new Map()
let total = 0
samples.forEach((id, index) => {
  const { functionName, lineNumber, url } = frames.get(id)
  const place = url.endsWith('/naslog') ? `:${lineNumber + 1}` : ''
  const name = (functionName || '(anonymous)') + (functionName === '' ? place : '')
  times.set(name, (times.get(name) ?? 0) + timeDeltas[index])
  total += timeDeltas[index]
})
console.log('  share   ns/line  function (its own time, with what V8 put into it)')
for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, Number(options.top))) {
  console.log(`${((time / total) * 100).toFixed(1).padStart(6)} % ${((time * 1000) / Number(options.lines)).toFixed(0).padStart(9)}  ${name}`)
}
