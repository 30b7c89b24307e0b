// node bench/enrich.mjs: what each stage of docs/enrichment.md costs.
//   --lines N   lines of each format (50000)
// Every configuration runs in each round, in turn, so that a busy machine slows all alike; the best round of each counts. One core, no
// I/O: lines in memory, records thrown away.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { readOptions } from './options.mjs'
import { generate, makeFolder } from './workplace.mjs'

const { lines: count } = readOptions(import.meta.url, { lines: 50_000 })
const ROUNDS = 7
const folder = makeFolder()
const outfile = join(folder, 'enrich.cjs')
await build({
  stdin: {
    contents: `
      export { createPipeline } from './src/pipeline.ts'
      export { createEncoder } from './src/encode/record.ts'
      export { createZones } from './src/zones.ts'
      export { loadSettings } from './src/config.ts'
      export { loadEnrichment } from './src/enrich/load.ts'
      export { mmdb } from './test/enrich/mmdb.ts'`,
    resolveDir: '.',
    loader: 'ts',
  },
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
})

const naslog = createRequire(import.meta.url)(outfile)
const write = (name, content) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const numbers = (length) => Array.from({ length }, (_, index) => index)
const key = write('key', 'k'.repeat(44))
const devices = write('devices.csv', 'match,site,owner\n' + numbers(500).map((n) => `nas-${n}-*,site ${n},owner ${n}\n`).join('') + '*,everywhere,somebody\n')
const networks = write('networks.csv', 'cidr,name\n' + numbers(256).map((n) => `10.${n}.0.0/16,network ${n}\n`).join(''))
const city = write('city.mmdb', naslog.mmdb(numbers(256).map((n) => [`10.${n}.0.0/16`, { country: { iso_code: 'IT', names: { en: 'Italy' } }, city: { names: { en: `City ${n}` } } }]), 'City'))
const sections = {
  'one rule': `rules: [{name: a, when: 'user.name: nagios and source.ip: 10.0.0.0/8', do: drop}]\n`,
  'ten rules': 'rules:\n' + numbers(10).map((n) => `  - {name: r${n}, when: 'event.action: (delete or rename) and not user.name: svc-${n}* and source.ip: 10.${n}.0.0/16', do: {tag: t${n}}}\n`).join(''),
  inventory: `inventory: {file: ${devices}}\n`,
  networks: `networks: {file: ${networks}}\n`,
  geoip: `geoip: {city: ${city}}\n`,
  accounts: `accounts: {administrators: [Administrator, 'adm-*'], service: ['svc-*']}\n`,
  paths: `paths: {entries: [{path: FINANCE, sensitivity: high}, {path: /data/hr, share: HR}]}\n`,
  duplicates: 'duplicates: {}\n',
  privacy: `privacy: {key_file: ${key}, rules: [{fields: [user.name, user.domain, source.domain, source.ip, source.address], do: pseudonymise}]}\n`,
}
const { 'one rule': _, ...rest } = sections
const { geoip: __, ...local } = rest
const configurations = { nothing: '', ...sections, 'all but geoip': Object.values(local).join(''), everything: Object.values(rest).join('') }
for (const kind of ['qnap', 'csv']) {
  const input = join(folder, kind)
  generate(kind, count, input)
  const text = readFileSync(input, 'latin1')
  // About 2,000 clients, as a company has; the generator's are all different.
  const lines = text.trimEnd().replace(/10\.(\d+)\.(\d+)\.(\d+)/g, (_, a, b, c) => `10.${a % 8}.${b % 16}.${c % 16}`).split('\n')
  const best = Object.fromEntries(Object.keys(configurations).map((name) => [name, 0]))
  const runs = {}
  for (const [name, yaml] of Object.entries(configurations)) {
    const { enrichment } = await naslog.loadSettings(yaml === '' ? {} : { config: write('naslog.yaml', yaml) }, {})
    const encode = naslog.createEncoder({ format: 'ecs' })
    const loaded = await naslog.loadEnrichment(enrichment)
    runs[name] = () => {
      const pipeline = naslog.createPipeline({ zones: naslog.createZones({ local: () => 'Europe/Rome' }), keepOriginal: false, wanted: () => true, enrichment: loaded })
      const reception = { at: Date.UTC(2026, 10, 20), reference: Date.UTC(2026, 10, 20), repaired: false }
      let bytes = 0
      const start = process.hrtime.bigint()
      for (const line of lines) bytes += encode(pipeline(line, reception)).length
      return (lines.length / Number(process.hrtime.bigint() - start)) * 1e9
    }
  }
  for (let round = 0; round < ROUNDS; round++) for (const name of Object.keys(runs)) best[name] = Math.max(best[name], runs[name]())
  console.log(`${kind}, ${lines.length} lines`)
  for (const [name, rate] of Object.entries(best)) {
    const nanoseconds = 1e9 / rate - 1e9 / best.nothing
    const share = `${String(Math.round((100 * rate) / best.nothing)).padStart(4)} %`
    console.log(`  ${name.padEnd(13)} ${String(Math.round(rate / 1000)).padStart(5)}k lines/s${name === 'nothing' ? '' : `${share}  ${Math.round(nanoseconds)} ns a line more`}`)
  }
}
