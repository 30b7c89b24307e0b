import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { defaultSettings, loadSettings, unknownVariables, type Environment, type GivenOptions } from '../../src/config.ts'
import { ConfigurationError, OptionError } from '../../src/config/error.ts'

const folder = mkdtempSync(join(tmpdir(), 'naslog-config-'))
after(() => rmSync(folder, { recursive: true }))

/** Writes a configuration file; its name is removed from errors to keep the expectations short. */
function file(content: string | Buffer): string {
  const name = join(folder, 'naslog.yaml')
  writeFileSync(name, content)
  return name
}

async function errorsOf(given: GivenOptions, env: Environment = {}): Promise<string[]> {
  try {
    await loadSettings(given, env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.complaints.map(({ where, text }) => `${where.replace(`${folder}/`, '')}: ${text}`)
  }
}

test('without any setting the defaults hold, and an empty file says the same', async () => {
  const expected: unknown = { timezone: { default: undefined, devices: [] }, format: 'ecs', fields: undefined, keepOriginal: false }
  assert.deepEqual(defaultSettings, expected)
  assert.deepEqual(await loadSettings({}, {}), expected)
  const { timezone, format, fields, keepOriginal } = await loadSettings({ config: file('') }, {})
  assert.deepEqual({ timezone, format, fields, keepOriginal }, expected)
})

test('a file sets everything; device names become byte strings; a field named twice counts once', async () => {
  const config = file(`
timezone:
  default: Europe/Rome
  devices:
    - {match: "büro-*", zone: Asia/Tokyo}
    - {match: 192.0.2.17, zone: "+02:00"}
format: flat
fields: [user.name, "@timestamp", user.name]
keep_original: true
`)
  const { fields, timezone, format, keepOriginal } = await loadSettings({ config }, {})
  assert.deepEqual({ timezone, format, keepOriginal }, {
    timezone: {
      default: 'Europe/Rome',
      devices: [
        { match: 'b\xc3\xbcro-*', zone: 'Asia/Tokyo' },
        { match: '192.0.2.17', zone: '+02:00' },
      ],
    },
    format: 'flat',
    keepOriginal: true,
  })
  assert.deepEqual(fields?.map(({ name }) => name), ['user.name', '@timestamp'])
})

test('options win over the environment, the environment over the file', async () => {
  const config = file('timezone:\n  default: Europe/Rome\n  devices: [{match: a, zone: UTC}]\nformat: flat\nkeep_original: true\n')
  const env = { NASLOG_CONFIG: config, NASLOG_TIMEZONE: 'Asia/Tokyo', NASLOG_KEEP_ORIGINAL: 'no', NASLOG_FORMAT: 'ecs', NASLOG_FIELDS: '' }
  const fromEnvironment = await loadSettings({}, env)
  assert.equal(fromEnvironment.timezone.default, 'Asia/Tokyo')
  assert.equal(fromEnvironment.timezone.devices.length, 1)
  assert.equal(fromEnvironment.format, 'ecs')
  assert.equal(fromEnvironment.keepOriginal, false)
  assert.equal(fromEnvironment.fields, undefined)

  const fromOptions = await loadSettings({ timezone: 'UTC', format: 'flat', 'keep-original': true, fields: 'user.name, source.ip' }, env)
  assert.equal(fromOptions.timezone.default, 'UTC')
  assert.equal(fromOptions.format, 'flat')
  assert.equal(fromOptions.keepOriginal, true)
  assert.deepEqual(fromOptions.fields?.map(({ name }) => name), ['user.name', 'source.ip'])
})

test('--config wins over NASLOG_CONFIG', async () => {
  const config = file('format: flat\n')
  assert.equal((await loadSettings({ config }, { NASLOG_CONFIG: '/nowhere.yaml' })).format, 'flat')
})

for (const empty of ['', '\n', '# nothing\n', '---\n', '\ufeff']) {
  test(`an empty file is right: ${JSON.stringify(empty)}`, async () => assert.deepEqual(await errorsOf({ config: file(empty) }), []))
}

const wrongFiles: readonly (readonly [name: string, text: string | Buffer, errors: readonly string[]])[] = [
  ['an unknown key', 'formt: ecs\n', ["naslog.yaml:1:1: unknown key 'formt' (did you mean format?)"]],
  ['an unknown key that resembles nothing', 'a: 1\nxyzzy: 1\n', [
    "naslog.yaml:1:1: unknown key 'a'",
    "naslog.yaml:2:1: unknown key 'xyzzy'",
  ]],
  ['an unknown key in a section', 'timezone:\n  defualt: UTC\n', [
    "naslog.yaml:2:3: unknown key 'timezone.defualt' (did you mean default?)",
  ]],
  ['an unknown key in a list', 'timezone:\n  devices:\n    - {match: a, zone: UTC, timezone: UTC}\n    - {match: a, zon: UTC}\n', [
    "naslog.yaml:3:29: unknown key 'timezone.devices[0].timezone'",
    'naslog.yaml:4:7: timezone.devices[1].zone: expected a time zone such as Europe/Rome, UTC or +02:00, found nothing',
    "naslog.yaml:4:18: unknown key 'timezone.devices[1].zon' (did you mean zone?)",
  ]],
  ['a star without quotes', 'timezone:\n  devices:\n    - match: *.example.com\n      zone: UTC\n', [
    'naslog.yaml:3:14: *.example.com is an alias, and nothing is called &.example.com; a text that begins with * needs quotes: "*.example.com"',
  ]],
  ['two destinations of one name', 'destinations:\n  - {name: a, type: file}\n  - {name: a, type: file, path: /x}\n', ['naslog.yaml:3:12: destinations[1].name: expected a name that no destination before it has, found "a"']],
  ['two destinations for one file', 'destinations:\n  - {name: a, type: file}\n  - {name: b, type: file}\n', [
    'naslog.yaml:3:5: destinations[1].path: expected a file of its own (a writes /var/log/naslog/events.jsonl), found nothing',
  ]],
  ['a mode that YAML takes for a number', 'destinations:\n  - {name: a, type: file, mode: 0640}\n', ['naslog.yaml:2:33: destinations[0].mode: expected an octal mode in quotes such as "0640", found 640']],
  ['a key twice', 'format: ecs\nformat: flat\n', ['naslog.yaml:2:1: Map keys must be unique']],
  ['several errors at once', 'timezone:\n  default: Europe/Roma\nformat: xml\nfields: [user.nam]\nkeep_original: maybe\n', [
    'naslog.yaml:2:12: timezone.default: expected a time zone such as Europe/Rome, UTC or +02:00, found "Europe/Roma" (did you mean Europe/Rome?)',
    'naslog.yaml:3:9: format: expected ecs or flat, found "xml"',
    'naslog.yaml:4:10: fields[0]: expected the name of a field (docs/fields.md), found "user.nam" (did you mean user.name?)',
    'naslog.yaml:5:16: keep_original: expected true or false, found "maybe"',
  ]],
  ['a section that is none', 'timezone: Europe/Rome\n', [
    'naslog.yaml:1:11: timezone: expected a mapping with the keys `default` and `devices`, found "Europe/Rome"',
  ]],
  ['a value that is missing', 'format:\n', ['naslog.yaml:1:8: format: expected ecs or flat, found nothing']],
  ['an empty list of fields', 'fields: []\n', ['naslog.yaml:1:9: fields: expected a list of field names, found an empty list']],
  ['a pattern with a blank', 'timezone: {devices: [{match: "a b", zone: UTC}]}\n', [
    'naslog.yaml:1:30: timezone.devices[0].match: expected a host name, an address, or a pattern with * and ?, found "a b"',
  ]],
  ['a list at the top', '- format\n', ['naslog.yaml:1:1: expected a mapping of keys to values, found a list']],
  ['a text at the top', 'format\n', ['naslog.yaml:1:1: expected a mapping of keys to values, found "format"']],
  ['control characters', 'format: "x\\e[31m"\n', ['naslog.yaml:1:9: format: expected ecs or flat, found "x\\u001b[31m"']],
  ['a long value', `format: ${'x'.repeat(200)}\n`, [
    `naslog.yaml:1:9: format: expected ecs or flat, found "${'x'.repeat(56)}...`,
  ]],
  ['a prototype', '__proto__: {format: flat}\n', ["naslog.yaml:1:1: unknown key '__proto__'"]],
  ['bytes that are not UTF-8', Buffer.from('format: \xe9cs\n', 'latin1'), ['naslog.yaml: is not UTF-8 text']],
]

for (const [name, text, errors] of wrongFiles) {
  test(`refused with place and expectation: ${name}`, async () => assert.deepEqual(await errorsOf({ config: file(text) }), errors))
}

const brokenYaml: readonly (readonly [name: string, text: string, where: RegExp])[] = [
  ['an open quote', 'format: "ecs\n', /^naslog\.yaml:\d+:\d+: /],
  ['a tab as indentation', 'timezone:\n\tdefault: UTC\n', /^naslog\.yaml:2:1: /],
  ['a pattern that looks like an alias', 'timezone: {devices: [{match: *nas, zone: UTC}]}\n', /^naslog\.yaml:1:30: |^naslog\.yaml: .*nas/],
  ['two documents', 'format: ecs\n---\nformat: flat\n', /^naslog\.yaml:\d+:\d+: /],
  ['an unknown tag', 'format: !secret ecs\n', /^naslog\.yaml:1:9: /],
  ['an alias that multiplies', bomb(), /^naslog\.yaml: .*alias/i],
]

for (const [name, text, where] of brokenYaml) {
  test(`refused as YAML: ${name}`, async () => {
    const errors = await errorsOf({ config: file(text) })
    assert.ok(errors.length > 0)
    for (const error of errors) assert.match(error, where)
    for (const error of errors) assert.doesNotMatch(error, /[\x00-\x1f]/)
  })
}

function bomb(): string {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let row = 1; row < 10; row++) rows.push(`a${row}: &a${row} [${Array(10).fill(`*a${row - 1}`).join(', ')}]`)
  return rows.join('\n')
}

test('a file that is not there, and a folder', async () => {
  assert.deepEqual(await errorsOf({ config: '/nowhere/naslog.yaml' }), ['/nowhere/naslog.yaml: no such file'])
  assert.deepEqual(await errorsOf({ config: '/' }), ['/: is a directory'])
})

test('an option with a wrong value is an OptionError that names the option', async () => {
  const cases: [GivenOptions, string][] = [
    [{ format: 'falt' }, '--format: expected ecs or flat, found "falt" (did you mean flat?)'],
    [{ timezone: 'Mars' }, '--timezone: expected a time zone such as Europe/Rome, UTC or +02:00, found "Mars"'],
    [{ fields: 'user.name,sorce.ip' }, '--fields: expected the name of a field (docs/fields.md), found "sorce.ip" (did you mean source.ip?)'],
    [{ fields: ' , ' }, '--fields: expected a list of field names, found an empty list'],
  ]
  for (const [given, message] of cases) {
    await assert.rejects(loadSettings(given, {}), OptionError)
    assert.deepEqual(await errorsOf(given), [message])
  }
})

test('a variable with a wrong value is named, together with the errors of the file', async () => {
  const config = file('format: xml\n')
  assert.deepEqual(await errorsOf({ config }, { NASLOG_KEEP_ORIGINAL: 'perhaps' }), [
    'NASLOG_KEEP_ORIGINAL: expected true or false, found "perhaps"',
    'naslog.yaml:1:9: format: expected ecs or flat, found "xml"',
  ])
})

test('a wrong file is refused also where an option would hide it', async () => {
  assert.deepEqual(await errorsOf({ config: file('timezone: 3\n'), timezone: 'UTC' }), [
    'naslog.yaml:1:11: timezone: expected a mapping with the keys `default` and `devices`, found 3',
  ])
})

test('variables that only look like options are named', () => {
  assert.deepEqual(unknownVariables({ NASLOG_TIMEZON: 'UTC', NASLOG_FORMAT: 'ecs', PATH: '/bin', NASLOG_Q: '1' }), [
    'NASLOG_TIMEZON: unknown variable (did you mean NASLOG_TIMEZONE?)',
    'NASLOG_Q: unknown variable',
  ])
})
