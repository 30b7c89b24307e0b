// Tables that change while lines come, through the filter and through the program as rsyslog runs it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadSettings } from '../../src/config.ts'
import { filter } from '../../src/modes/filter.ts'
import { createZones } from '../../src/zones.ts'
import { linesOf } from '../support/lines.ts'
import { arrivedIn, faultsOf, makeSite, naslog, Omprog, Sender } from '../support/omprog.ts'
import { connLine, withoutFolder, write } from './support.ts'

const table = (site: string): string => `- {match: nas*, site: "${site}"}\n`
const BROKEN = '- {match: nas*, sit: x}\n'

test('filter: lines before, between and after two changes; a broken table is told once and changes nothing', async () => {
  const file = write('flowing.yaml', table('one'))
  const { enrichment } = await loadSettings({ config: write('flowing-config.yaml', `inventory: {file: ${file}}\n`) }, {})
  let clock = Date.UTC(2026, 10, 20, 10)
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const done = filter(
    {
      format: 'flat', fields: undefined, keepOriginal: false, fileTime: undefined, zones: createZones({ local: () => 'Europe/Rome' }), enrichment,
      stop: new AbortController().signal,
    },
    { stdin, stdout, stderr, now: () => clock },
  )
  const siteOfNextLine = async (later: number): Promise<unknown> => {
    clock += later
    stdin.write(`${connLine()}\n`)
    const [record] = (await once(stdout, 'data')) as [Buffer]
    return (JSON.parse(record.toString()) as Record<string, unknown>)['labels.site']
  }
  assert.equal(await siteOfNextLine(1000), 'one')
  write('flowing.yaml', table('two, later'))
  // Within the second nobody looks at the file.
  assert.equal(await siteOfNextLine(900), 'one')
  assert.equal(await siteOfNextLine(100), 'two, later')
  write('flowing.yaml', BROKEN)
  assert.equal(await siteOfNextLine(1000), 'two, later')
  assert.equal(await siteOfNextLine(1000), 'two, later')
  write('flowing.yaml', table('three'))
  assert.equal(await siteOfNextLine(1000), 'three')
  stdin.end()
  await done
  stderr.end()
  assert.deepEqual(withoutFolder(await text(stderr)).trimEnd().split('\n'), [
    'naslog: flowing.yaml: has changed, read again',
    "naslog: flowing.yaml:1:17: unknown key '[0].sit' (did you mean site?); what was read before stays in use",
    'naslog: flowing.yaml: has changed, read again',
  ])
})

test('omprog: no line is lost over three tables, one of them broken; status lists what is not in the inventory and what a rule drops', async (t) => {
  const site = makeSite(t, { more: { rules: [{ name: 'noise', when: 'user.name: m3', do: 'drop' }] } })
  const file = join(site.dir, 'devices.yaml')
  const replace = (content: string): void => {
    writeFileSync(`${file}.new`, content)
    renameSync(`${file}.new`, file)
  }
  replace(table('one'))
  const config = JSON.parse(readFileSync(site.config, 'utf8')) as object
  writeFileSync(site.config, JSON.stringify({ ...config, inventory: { file }, health: { every: '1s' } }))
  const program = new Omprog(t, site)
  const sender = new Sender()
  assert.ok(await program.ready())
  const sitesNow = (): Set<unknown> => new Set(linesOf(site.events).map((record) => (JSON.parse(record) as { labels?: { site?: string } }).labels?.site))
  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; !holds(); tries++) {
      assert.ok(tries < 400, program.stderr)
      await sender.send(program, 1)
      await sleep(25)
    }
  }
  await until(() => sitesNow().has('one'))
  replace(table('two'))
  await until(() => sitesNow().has('two'))
  replace(BROKEN)
  await until(() => program.stderr.includes('stays in use'))
  const before = linesOf(site.events).length
  await until(() => linesOf(site.events).length > before + 5)
  replace('- {match: other, site: three}\n')
  await until(() => sitesNow().has(undefined))
  assert.deepEqual([...sitesNow()], ['one', 'two', undefined])
  assert.equal(program.stderr.match(/stays in use/g)?.length, 1)

  await until(() => (status().devices[0]?.unknown ?? false) && status().dropped.length > 0)
  assert.deepEqual(status().dropped, [{ rule: 'noise', lines: 1 }])
  assert.match(spawnSync(naslog, ['status', '--config', site.config], { encoding: 'utf8' }).stdout, /^ *NAS\b.*not in the inventory/m)
  function status(): { devices: { name: string; unknown?: boolean }[]; dropped: unknown[] } {
    return JSON.parse(spawnSync(naslog, ['status', '--json', '--config', site.config], { encoding: 'utf8' }).stdout)
  }

  assert.deepEqual(await program.end(), { code: 0, signal: null })
  const arrived = arrivedIn(site.events)
  const expected = [...sender.acknowledged].filter((number) => number !== 3)
  assert.deepEqual(faultsOf(arrived, expected), [])
  assert.equal(arrived.lines, expected.length)
})

test('omprog refuses a broken table at the start: nothing is accepted', async (t) => {
  const site = makeSite(t, { more: { inventory: { file: write('refused.yaml', BROKEN) } } })
  const program = new Omprog(t, site)
  assert.equal(await program.ready(), false)
  assert.equal((await program.ended()).code, 78)
  assert.match(program.stderr, /^naslog: \S*refused\.yaml:1:17: unknown key '\[0\]\.sit' \(did you mean site\?\)$/m)
  assert.equal(program.said, '')
})
