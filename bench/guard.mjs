// npm run bench:guard: warns if naslog has become much slower, by the CPU time of mawk on the same lines in the same run. A slow machine slows both; one
// whose neighbours keep the caches busy slows naslog up to 1.8 times and mawk hardly, so the margin is wider than that. It never
// fails: a figure of a shared machine is a reason to look, not a verdict. About 10 s.
import { spawnSync } from 'node:child_process'

/** Naslog's CPU time in terms of mawk's at 100,000 lines, start included, was measured as `usual` on a quiet machine; beyond `MARGIN` times that it warns. */
const USUAL = { 'qnap flat': 2.1, 'qnap ECS': 3.4 }
const MARGIN = 2

const run = spawnSync(process.execPath, ['bench/run.mjs', '--json', '--lines', '100000', '--rounds', '3', '--only', 'qnap flat naslog,qnap ECS naslog,qnap flat mawk'], {
  encoding: 'utf8',
})
if (run.status !== 0) {
  console.log(`benchmark: could not be run: ${run.stderr.split('\n').find((line) => /^benchmark:|Error/.test(line)) ?? `exit code ${run.status}`}`)
  process.exit(0)
}
const { results } = JSON.parse(run.stdout)
const yardstick = results.find(({ name }) => name === 'mawk')
if (yardstick === undefined) console.log('benchmark: no mawk to compare with')
else {
  for (const [table, usual] of Object.entries(USUAL)) {
    const { linesPerCpuSecond, right } = results.find((result) => result.table === table && result.name === 'naslog')
    const ratio = yardstick.linesPerCpuSecond / linesPerCpuSecond
    const verdict = ratio > usual * MARGIN ? 'WARNING: slower than it was' : 'as usual'
    console.log(`benchmark, ${table}: ${ratio.toFixed(1)} times the CPU time of mawk (usual: ${usual}), ${(right * 100).toFixed(1)} % right: ${verdict}`)
    if (right < 1) console.log(`WARNING: benchmark, ${table}: not every record is right`)
  }
}
