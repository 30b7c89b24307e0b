// npm run bench:profile: where the filter's time goes, function by function.
//   --input qnap|csv|json (qnap)   --lines N (500000)   --top N   functions that are shown (30)
// What follows -- goes to `naslog filter`: `npm run bench:profile -- -- --format flat`. Profiled is a build whose lines are those of a reader.
import { spawnSync } from 'node:child_process'
import { openSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { readOptions, refuse } from './options.mjs'
import { generate, makeFolder } from './workplace.mjs'

const { input: kind, lines, top, positionals } = readOptions(import.meta.url, { input: 'qnap', lines: 500_000, top: 30 }, { allowPositionals: true })
if (!['qnap', 'csv', 'json'].includes(kind)) refuse(`--input ${kind}: none of qnap, csv, json`)
const folder = makeFolder('memory')
const input = join(folder, 'input')
generate(kind, lines, input)
const bundle = join(folder, 'naslog.cjs')
await build({
  entryPoints: ['src/main.ts'], outfile: bundle, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning',
  define: { NASLOG_VERSION: '"profile"' },
})
const { status } = spawnSync(process.execPath, ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', folder, bundle, 'filter', ...positionals], {
  stdio: [openSync(input, 'r'), openSync('/dev/null', 'w'), 'inherit'],
})
if (status !== 0) refuse(`naslog filter ${positionals.join(' ')}: exit code ${status}`)

const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
const source = readFileSync(bundle, 'utf8').split('\n')
/** esbuild writes the name of each file above what comes of it. */
const fileOf = (line) => source.slice(0, line + 1).findLast((text) => /^ *\/\/ (src|node_modules)\//.test(text))?.trim().slice(3) ?? ''
const nameOf = ({ functionName, url, lineNumber }) => {
  const name = functionName || '(anonymous)'
  if (url.endsWith('/naslog.cjs')) return `${name} ${fileOf(lineNumber)}: ${source[lineNumber].trim().slice(0, 60)}`
  return url === '' ? name : `${name} ${basename(url)}:${lineNumber + 1}`
}
const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
const times = new Map()
let total = 0
samples.forEach((id, index) => {
  const name = names.get(id)
  times.set(name, (times.get(name) ?? 0) + timeDeltas[index])
  total += timeDeltas[index]
})
console.log('  share   ns/line  function (its own time, with what V8 put into it)')
for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, top)) {
  console.log(`${((time / total) * 100).toFixed(1).padStart(6)} % ${((time * 1000) / lines).toFixed(0).padStart(9)}  ${name}`)
}
